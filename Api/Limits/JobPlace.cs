using CloudIa.Limits;

namespace CloudIa.Api.Limits;

/// <summary>
/// One request's hold of a job's place among its user's jobs. Given back at the end of the request, unless it is kept. Requests with one key hold the same place,
/// each once: it is free when the last of them has left it, or when the job has ended.
/// </summary>
internal sealed class JobPlace(Admissions admissions, string userId, JobAttempt attempt) : IAsyncDisposable
{
    private bool _isKept;

    /// <summary>The job's row is there, or may be.</summary>
    public void Keep() => _isKept = true;

    /// <summary>It is not, or another request holds the place for it.</summary>
    public void Leave() => _isKept = false;

    public async ValueTask DisposeAsync()
    {
        if (!_isKept)
            await admissions.GiveBackAsync(userId, attempt);
    }
}
