using System.Reflection;
using CloudIa.Contracts;
using MassTransit;
using PublicApiGenerator;
using Xunit;

namespace CloudIa.Tests.Approved;

/// <summary>What others compile against. A change of it is a change of theirs, so it shows as a diff of its own.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string> Assemblies => ["Transport", "SagaRepository", "Contracts"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_api_is_the_approved_one(string name) =>
        ApprovedFile.ShouldBe($"{name}.api.txt", Load(name).GeneratePublicApi(Options));

    private static Assembly Load(string name) => name switch
    {
        "Transport" => typeof(AmazonSqsBusFactory).Assembly,
        "SagaRepository" => typeof(IRedisSagaRepositoryConfigurator).Assembly,
        _ => typeof(SubmitChatJob).Assembly,
    };
}
