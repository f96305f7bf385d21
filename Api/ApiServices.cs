using CloudIa.Api.ApiKeys;
using CloudIa.Api.Chat;
using CloudIa.Api.Chats;
using CloudIa.Api.Documents;
using CloudIa.Api.Events;
using CloudIa.Api.Jobs;
using CloudIa.Api.Limits;
using CloudIa.Api.Me;
using CloudIa.Api.OpenAi;
using CloudIa.Api.Operators;
using CloudIa.Api.Problems;
using CloudIa.Api.Tickets;
using CloudIa.Api.Usage;
using CloudIa.Api.Webhooks;
using CloudIa.Limits;
using CloudIa.Listening;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Web;
using CloudIa.Webhooks;
using MassTransit;

namespace CloudIa.Api;

/// <summary>The HTTP side: accepts messages, tells what became of them, and serves the history.</summary>
public static class ApiServices
{
    public static IHostApplicationBuilder AddApi(this IHostApplicationBuilder builder)
    {
        builder.AddUserAuthentication();
        builder.Services.AddOpenApi("v1", LoginDocument.AddTo);
        builder.Services.AddExceptionHandler<DependencyProblems>();
        builder.Services.AddExceptionHandler<UnexpectedProblems>();
        builder.Services.AddLimits();
        builder.Services.AddSingleton<ApiMetrics>();
        builder.Services.AddScoped<Admissions>();
        builder.Services.AddSingleton<EventStreamPlaces>();
        builder.Services.AddScoped<JobSubmission>();
        builder.Services.AddScoped<JobControl>();
        builder.Services.AddListening();
        builder.Services.AddWebhooks();
        builder.Services.AddWebhookEndpoints();
        builder.Services.AddOpenAiDoor();
        builder.Services.AddApiKeyEndpoints();
        builder.Services.AddOperatorEndpoints();
        builder.Services.AddPages();
        builder.Services.AddSingleton<ExportWriter>();
        builder.Services.AddSingleton<JobStatusReader>();
        builder.Services.AddSingleton<JobWait>();
        return builder;
    }

    /// <summary>Api consumes nothing; it sends, and reads the sagas. Not where the sagas themselves run in the same process.</summary>
    public static void AddSagaReader(IBusRegistrationConfigurator bus) => SagasServices.AddReader(bus);

    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ApiProblems.OfStatus(context.HttpContext).OnDoorOf(context.HttpContext).ExecuteAsync(context.HttpContext));
        app.MapOpenApi();
        app.MapPages();
        var api = app.MapGroup("").RequireAuthorization();
        api.MapChat();
        api.MapJobs();
        api.MapEventStream();
        api.MapChats();
        api.MapUsage();
        api.MapWebhooks();
        api.MapOpenAiDoor();
        api.MapApiKeys();
        api.MapMe();
        api.MapTickets();
        api.MapOperators();
        return app;
    }
}
