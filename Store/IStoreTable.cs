namespace CloudIa.Store;

/// <summary>The table itself.</summary>
public interface IStoreTable
{
    /// <summary>Creates the table where it is missing and waits until it is active. For a local run and tests: on AWS, Terraform makes it.</summary>
    Task EnsureCreatedAsync(CancellationToken cancellationToken);

    /// <summary>Whether the table is there and active, but for the index of jobs by user, which deletions and exports alone need.</summary>
    Task<bool> IsReadyAsync(CancellationToken cancellationToken);
}
