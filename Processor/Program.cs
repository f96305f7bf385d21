using CloudIa.Processor;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

return await ServiceProgram.RunAsync(args, "processor", builder =>
{
    builder.AddProcessor();
    builder.AddBus(ProcessorServices.AddConsumers);
}, _ => { });
