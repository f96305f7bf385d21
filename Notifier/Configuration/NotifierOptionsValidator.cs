using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Configuration;

[OptionsValidator]
internal sealed partial class NotifierOptionsValidator : IValidateOptions<NotifierOptions>;
