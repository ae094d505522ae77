import '@digdir/designsystemet-web/ds-field';
import '@digdir/designsystemet-web/fieldset';
import '@digdir/designsystemet-web/focusgroup';
import '@digdir/designsystemet-web/readonly';
import '@digdir/designsystemet-web/toggle-group';

// The fields of forms, with the scripts that tie labels and errors to them, and let keys choose. The first page has no form.
export { Checkbox, Field, Fieldset, Radio, Select, Switch, Textarea, Textfield, ToggleGroup, ValidationMessage } from '@digdir/designsystemet-react';
