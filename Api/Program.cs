using CloudIa.Api;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

return await ServiceProgram.RunAsync(args, "api", builder =>
{
    builder.AddApi();
    builder.AddBus(ApiServices.AddSagaReader);
}, app => app.MapApi());
