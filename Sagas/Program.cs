using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("sagas");
builder.AddBus(SagasServices.AddSagas);

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
