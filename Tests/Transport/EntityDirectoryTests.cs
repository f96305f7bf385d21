using CloudIa.Transport.Connection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class EntityDirectoryTests
{
    private readonly Directory _directory = new();

    [Fact]
    public async Task A_lookup_that_only_looks_does_not_fail_who_wants_it_made()
    {
        var looks = _directory.GetAsync("queue", CancellationToken.None, create: false);
        var makes = _directory.GetAsync("queue", CancellationToken.None);
        _directory.Looked.SetException(new InvalidOperationException("not there"));

        await Should.ThrowAsync<InvalidOperationException>(() => looks);
        (await makes).ShouldBe("made");
        (await _directory.GetAsync("queue", CancellationToken.None, create: false)).ShouldBe("made");
        _directory.Lookups.ShouldBe([false, true]);
    }

    [Fact]
    public async Task What_one_finds_by_looking_is_shared_with_who_would_have_made_it()
    {
        var looks = _directory.GetAsync("queue", CancellationToken.None, create: false);
        var makes = _directory.GetAsync("queue", CancellationToken.None);
        _directory.Looked.SetResult("found");

        (await looks).ShouldBeSameAs(await makes);
        _directory.Lookups.ShouldBe([false]);
        _directory.Found.ShouldBe(["found"]);
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_what_is_forgotten_is_looked_for_again()
    {
        _directory.Looked.SetException(new InvalidOperationException("not there"));
        await Should.ThrowAsync<InvalidOperationException>(() => _directory.GetAsync("queue", CancellationToken.None, create: false));
        await Should.ThrowAsync<InvalidOperationException>(() => _directory.GetAsync("queue", CancellationToken.None, create: false));
        await _directory.GetAsync("queue", CancellationToken.None);
        _directory.Forget("queue");
        await _directory.GetAsync("queue", CancellationToken.None);

        _directory.Lookups.ShouldBe([false, false, true, true]);
    }

    [Fact]
    public async Task Who_stops_waiting_ends_only_the_own_wait()
    {
        using var cancelled = new CancellationTokenSource();
        var one = _directory.GetAsync("queue", cancelled.Token, create: false);
        var other = _directory.GetAsync("queue", CancellationToken.None, create: false);

        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        _directory.Looked.SetResult("found");

        (await other).ShouldBe("found");
    }

    private sealed class Directory() : EntityDirectory<string, string>(x => x)
    {
        public TaskCompletionSource<string> Looked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<bool> Lookups { get; } = [];

        protected override Task<string> FindAsync(string settings, bool create)
        {
            Lookups.Add(create);
            return create ? Task.FromResult("made") : Looked.Task;
        }
    }
}
