using CloudIa.Notifier;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

return await ServiceProgram.RunAsync(args, "notifier", builder =>
{
    builder.AddNotifier();
    builder.AddBus(NotifierServices.AddConsumers);
}, app => app.MapNotifier());
