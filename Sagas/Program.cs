using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

return await ServiceProgram.RunAsync(args, "sagas", builder =>
{
    builder.AddSagas();
    builder.AddBus(SagasServices.AddSagas, SagasServices.AddEndpoints);
}, _ => { });
