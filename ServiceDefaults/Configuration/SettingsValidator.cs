using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults;

/// <summary>
/// Checks a section by its attributes and its own rules, and words what is wrong as all sections do: setting, value, why. Compiled into each
/// project that has a section and does not see this one.
/// </summary>
internal sealed class SettingsValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = typeof(TOptions).GetProperties().SelectMany(property => Problems(property, options)).ToList();
        if (options is IValidatableObject own)
            problems.AddRange(own.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage!));

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(PropertyInfo property, TOptions options)
    {
        var value = property.GetValue(options);
        return property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)).Select(rule => Problem(property.Name, value, rule));
    }

    private string Problem(string setting, object? value, ValidationAttribute rule) => rule switch
    {
        { ErrorMessage: { } message } => message,
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{section}:{setting} is {value}, not from {range.Minimum} to {range.Maximum}."),
        RequiredAttribute => $"{section}:{setting} is empty. Give a value, or leave it out to have the default.",
        _ => $"{section}:{setting}: {rule.FormatErrorMessage(setting)}",
    };
}
