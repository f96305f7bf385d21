using CloudIa.Notifier;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("notifier");
builder.AddNotifier();
builder.AddBus(NotifierServices.AddConsumers);

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapNotifier();
app.Run();
