using CloudIa.Api;
using CloudIa.Notifier;
using CloudIa.Processor;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults.Messaging;

namespace CloudIa.Local.Hosting;

/// <summary>The four services in one process.</summary>
public static class AllServices
{
    /// <summary>What each of them adds to its own host, and one bus for all. The host has added the service defaults.</summary>
    public static void AddAllServices(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddApi();
        builder.AddNotifier();
        builder.AddProcessor();
        builder.AddSagas();
        builder.AddBus(bus =>
        {
            SagasServices.AddSagas(bus);
            ProcessorServices.AddConsumers(bus);
            NotifierServices.AddConsumers(bus);
        }, SagasServices.AddEndpoints);
    }

    /// <summary>The endpoints of those that have some.</summary>
    public static void MapAllServices(this WebApplication app)
    {
        app.MapApi();
        app.MapNotifier();
    }
}
