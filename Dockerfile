FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npx nest build && npm run -s build:web && npm prune --omit=dev --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The folder for keys that the service generates. A volume mounted here gets this owner, so that the service may write.
RUN mkdir /data && chown node:node /data
# Production, so that a container whose settings are forgotten refuses to start. docker-compose.yml has a service for development.
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0
USER node
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/main.js"]
