using System.Security.Claims;
using CloudIa.Api.Problems;
using CloudIa.Sagas.Operations;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Operations;

/// <summary>Begins operations, which Sagas carries out, and stops them.</summary>
internal sealed class OperationControl(IOperationStore operations, IEnumerable<IOperationWork> works, AuditLog audit, TimeProvider time)
{
    private const int MostLookedAt = 2_000;
    private const int Examples = 10;

    public async Task<IResult> BeginAsync(NewOperation request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var work = works.FirstOrDefault(x => x.Kind == request.Kind);
        if (Problems(request, work) is { Count: > 0 } errors)
            return ApiProblems.Invalid(errors);

        var now = time.GetUtcNow();
        var operation = new OperationRecord
        {
            Id = Guid.CreateVersion7(now),
            Kind = request.Kind,
            Filter = request.Filter,
            RatePerSecond = request.RatePerSecond,
            UserId = user.UserId(),
            CreatedAt = now,
        };
        if (request.DryRun)
            return TypedResults.Ok(await PreviewAsync(work!, operation, cancellationToken));

        await audit.RunAsync(user, $"operation.{operation.Kind}", operation.Id.ToString(), () => operations.AddAsync(operation, CancellationToken.None), cancellationToken);
        return TypedResults.Accepted($"/ops/operations/{operation.Id}", OperationView.From(operation));
    }

    public async Task<IResult> CancelAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await operations.GetAsync(id, cancellationToken) is not { } operation)
            return ApiProblems.OperationNotFound(id);

        if (operation.State == OperationState.Running)
        {
            await audit.RunAsync(
                user, "operation.cancel", id.ToString(), () => operations.EndAsync(id, OperationState.Cancelled, time.GetUtcNow(), CancellationToken.None), cancellationToken);
        }

        return await operations.GetAsync(id, CancellationToken.None) is { } now ? TypedResults.Ok(OperationView.From(now)) : ApiProblems.OperationNotFound(id);
    }

    private static Dictionary<string, string[]> Problems(NewOperation request, IOperationWork? work)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (work is null)
            errors["kind"] = [$"It must be one of {string.Join(", ", OperationKinds.All)}."];
        if (request.RatePerSecond is < 1 or > NewOperation.MostPerSecond)
            errors["ratePerSecond"] = [$"It must be a whole number from 1 to {NewOperation.MostPerSecond}."];
        if (request.Filter.Jobs is { Count: 0 or > NewOperation.MostJobs })
            errors["filter.jobs"] = [$"It must be 1 to {NewOperation.MostJobs} ids."];
        foreach (var (field, problem) in work?.Problems(request.Filter) ?? [])
            errors.TryAdd(field, [problem]);
        return errors;
    }

    private static async Task<OperationPreview> PreviewAsync(IOperationWork work, OperationRecord operation, CancellationToken cancellationToken)
    {
        var (count, looked, examples) = (0, 0, new List<string>());
        await foreach (var target in work.FindAsync(operation, cancellationToken))
        {
            if (looked++ == MostLookedAt)
                return new() { Count = count, IsAtLeast = true, Examples = examples };

            if (target is null)
                continue;

            count++;
            if (examples.Count < Examples)
                examples.Add(target);
        }

        return new() { Count = count, IsAtLeast = false, Examples = examples };
    }
}
