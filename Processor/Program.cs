using CloudIa.Processor;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("processor");
builder.AddProcessor();
builder.AddBus(ProcessorServices.AddConsumers);

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
