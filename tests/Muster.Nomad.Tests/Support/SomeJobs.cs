using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Tests.Support;

/// <summary>Jobs for tests; what is not said does not matter.</summary>
internal static class SomeJobs
{
    public static readonly InstallationId Installation = new(new Guid("7c0ffee1-abcd-4f00-8a11-0123456789ab"));
    public static readonly AccountId Account = new(new Guid("a11ce000-0000-4000-8000-000000000001"));
    public static readonly GroupId Web = new(new Guid("9f8e7d6c-5b4a-4321-9876-fedcba987654"));

    public static JobSettings Settings => new() { Server = "https://muster.example.com:7474" };

    public static WantedJob Group(GroupId id, string name = "web", long version = 1, double intervalS = 60) => new()
    {
        Key = JobKey.Of(id),
        Account = Account,
        Group = id,
        Name = name,
        Interval = TimeSpan.FromSeconds(intervalS),
        Generation = version,
    };

    public static NomadJob Document(string id) => JobBuilder.Build(Installation, Group(Web), id, Settings, region: null, space: null);
}
