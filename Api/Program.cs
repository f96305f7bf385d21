using CloudIa.Api;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("api");
builder.AddApi();
builder.AddBus(ApiServices.AddSagaReader);

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapApi();
app.Run();
