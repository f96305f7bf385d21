using System.Security.Claims;
using System.Text.Json;
using CloudIa.Api.Problems;
using CloudIa.Sagas.DeadLetters;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>Mends one dead letter at a time.</summary>
internal sealed class DeadLetterControl(IFailureStore failures, Redrive redrive, AuditLog audit, TimeProvider time)
{
    public Task<IResult> RetryAsync(string id, JsonElement? edited, ClaimsPrincipal user, CancellationToken cancellationToken) => WithAsync(id, async failure =>
    {
        if (failure.State == FailureState.Discarded)
            return ApiProblems.DeadLetterInTheWay("discarded", "It was discarded. Restore it first.");

        if (failure.State == FailureState.Retried)
            return TypedResults.Ok(DeadLetterView.From(failure));

        var (body, errors) = edited is { } message ? Envelope.Edit(failure, message) : (null, []);
        if (errors.Count > 0)
            return ApiProblems.Invalid(errors);

        await audit.RunAsync(user, body is null ? "dead-letter.retry" : "dead-letter.edit", failure.Id, () => SendAsync(failure, body), cancellationToken);
        return await ViewAsync(failure.Id);
    }, cancellationToken);

    public Task<IResult> DiscardAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken) => WithAsync(id, async failure =>
    {
        if (failure.State == FailureState.Retried)
            return ApiProblems.DeadLetterInTheWay("retried", "It was sent again: there is nothing left to discard.");

        if (failure.State == FailureState.Open)
            await audit.RunAsync(user, "dead-letter.discard", failure.Id, () => failures.DiscardAsync(failure, time.GetUtcNow(), CancellationToken.None), cancellationToken);
        return await ViewAsync(failure.Id);
    }, cancellationToken);

    public Task<IResult> RestoreAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken) => WithAsync(id, async failure =>
    {
        if (failure.State == FailureState.Retried)
            return ApiProblems.DeadLetterInTheWay("retried", "It was sent again. Should it fail again it is open by itself.");

        if (failure.State == FailureState.Discarded)
            await audit.RunAsync(user, "dead-letter.restore", failure.Id, () => failures.RestoreAsync(failure, time.GetUtcNow(), CancellationToken.None), cancellationToken);
        return await ViewAsync(failure.Id);
    }, cancellationToken);

    private async Task<IResult> WithAsync(string id, Func<FailureRecord, Task<IResult>> act, CancellationToken cancellationToken) =>
        await failures.GetAsync(id, cancellationToken) is { } failure ? await act(failure) : ApiProblems.DeadLetterNotFound();

    private async Task<IResult> ViewAsync(string id) =>
        await failures.GetAsync(id, CancellationToken.None) is { } now ? TypedResults.Ok(DeadLetterView.From(now)) : ApiProblems.DeadLetterNotFound();

    private async Task SendAsync(FailureRecord failure, string? body)
    {
        try
        {
            await redrive.SendAsync(failure, CancellationToken.None, body);
        }
        catch (Exception exception) when (exception is MassTransitException)
        {
            throw new DependencyException(
                StatusCodes.Status502BadGateway,
                exception.MayBeSent()
                    ? "It is not known whether the message was sent: SQS does not answer. It is open again; to send it twice is safe."
                    : "The message could not be sent: SQS cannot be reached. It is open as before; try again.",
                exception);
        }
    }
}
