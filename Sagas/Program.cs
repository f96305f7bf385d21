using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("sagas");
builder.AddSagas();
builder.AddBus(SagasServices.AddSagas, SagasServices.AddEndpoints);

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
