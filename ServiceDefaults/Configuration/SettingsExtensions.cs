using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults;

/// <summary>Sections of the configuration, and what a host says of them that is wrong.</summary>
public static class SettingsExtensions
{
    /// <summary>Adds a section, checked at start.</summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        // Once, however many ask for the section: what is bound twice has each of its lists' entries twice.
        if (services.Any(x => x.ImplementationInstance is SettingsValidator<TOptions>))
            return services;

        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(section));
        return services;
    }

    /// <summary>For a section that is compared with another one. False: that one is wrong, and says so itself.</summary>
    public static bool TryGet<TOptions>(this IOptions<TOptions> options, [NotNullWhen(true)] out TOptions? value)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            value = options.Value;
            return true;
        }
        catch (OptionsValidationException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Looks at all settings before anything is started.</summary>
    /// <exception cref="SettingsException">Some are wrong.</exception>
    public static void CheckSettings(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException exception)
        {
            throw new SettingsException(exception.Failures);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(x => x is OptionsValidationException))
        {
            // A section that others look at fails once for each of them.
            throw new SettingsException(exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(x => x.Failures));
        }
        catch (InvalidOperationException exception) when (exception.InnerException is ArgumentException or FormatException)
        {
            throw new SettingsException([exception.Message]);
        }
    }
}
