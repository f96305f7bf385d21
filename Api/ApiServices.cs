using CloudIa.Api.Chat;
using CloudIa.Api.Chats;
using CloudIa.Api.Jobs;
using CloudIa.Api.Problems;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Api;

/// <summary>The HTTP side: accepts messages, tells what became of them, and serves the history.</summary>
public static class ApiServices
{
    public static IHostApplicationBuilder AddApi(this IHostApplicationBuilder builder)
    {
        builder.AddUserAuthentication();
        builder.Services.AddOpenApi("v1");
        builder.Services.AddExceptionHandler<DependencyProblems>();
        builder.Services.AddSingleton<JobSubmission>();
        builder.Services.AddSingleton<JobStatusReader>();
        SagasServices.AddReader(builder.Services);
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOpenApi();
        var api = app.MapGroup("").RequireAuthorization();
        api.MapChat();
        api.MapJobs();
        api.MapChats();
        return app;
    }
}
