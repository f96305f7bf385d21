using CloudIa.Notifier;
using CloudIa.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("notifier");
builder.AddNotifier();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapNotifier();
app.Run();
