namespace MassTransit;

/// <summary>Older names of the delayed message scheduler, for code that still says them.</summary>
public static class AmazonSqsMessageSchedulerExtensions
{
    [Obsolete("Use cfg.UseDelayedMessageScheduler(), which is the same for every transport.")]
    public static void UseAmazonSqsMessageScheduler(this IBusFactoryConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.UseDelayedMessageScheduler();
    }

    [Obsolete("Use x.AddDelayedMessageScheduler(), which is the same for every transport.")]
    public static void AddAmazonSqsMessageScheduler(this IBusRegistrationConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.AddDelayedMessageScheduler();
    }
}
