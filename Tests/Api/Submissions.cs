using CloudIa.Api.Chat;
using CloudIa.Api.Limits;
using CloudIa.EventLog;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudIa.Tests.Api;

/// <summary>An acceptance over a host's own services, but for those that a test puts in their place.</summary>
internal static class Submissions
{
    public static async Task<SubmissionResult> SubmitAsync(
        this IServiceProvider host, string user, NewJob message, string key, IJobStore? jobs = null, IChatStore? chats = null, ISendEndpointProvider? bus = null,
        CancellationToken? hungUp = null)
    {
        await using var scope = host.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var submission = new JobSubmission(
            chats ?? services.GetRequiredService<IChatStore>(),
            jobs ?? services.GetRequiredService<IJobStore>(),
            services.GetRequiredService<IEventLog>(),
            bus ?? services.GetRequiredService<ISendEndpointProvider>(),
            services.GetRequiredService<ILoadSagaRepository<ChatJobSaga>>(),
            services.GetRequiredService<Admissions>(),
            services.GetRequiredService<IErasureStore>(),
            TimeProvider.System,
            NullLogger<JobSubmission>.Instance);
        return await submission.SubmitAsync(new(user, null), message, key, hungUp ?? Xunit.TestContext.Current.CancellationToken);
    }
}
