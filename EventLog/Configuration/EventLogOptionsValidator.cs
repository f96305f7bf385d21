using Microsoft.Extensions.Options;

namespace CloudIa.EventLog;

[OptionsValidator]
internal sealed partial class EventLogOptionsValidator : IValidateOptions<EventLogOptions>;
