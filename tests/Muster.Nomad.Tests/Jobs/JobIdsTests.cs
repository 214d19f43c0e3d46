using CsCheck;

using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Jobs;

public sealed class JobIdsTests
{
    private static readonly Gen<string> Names =
        Gen.Char["abcXYZ019._-"].Array[1, EntityName.LengthMax].Select(letters => new string(letters));

    [Fact]
    public void An_id_tells_whose_it_is_and_for_people_what_it_is_called() =>
        Assert.Equal(
            "muster-7c0ffee1abcd-9f8e7d6c5b4a4321-web-shop", JobIds.Make(SomeJobs.Installation, SomeJobs.Group(SomeJobs.Web, "web.shop")));

    [Fact]
    public void Any_name_makes_an_id_that_Nomad_its_paths_and_its_variables_carry() => Gen.Select(Names, Gen.Guid).Sample((name, group) =>
    {
        var wanted = SomeJobs.Group(new(group), name);
        var id = JobIds.Make(SomeJobs.Installation, wanted);

        Assert.Matches("^[A-Za-z0-9_-]{1,117}$", id);
        Assert.Equal(wanted.Key, JobIds.KeyOf(SomeJobs.Installation, id));
        Assert.Equal(wanted.Key, JobIds.KeyOf(SomeJobs.Installation, $"{id}/periodic-1795456679"));
        Assert.Equal(id, JobIds.ParentOf($"{id}/periodic-1795456679"));
        Assert.Null(JobIds.ParentOf(id));
        Assert.StartsWith(JobIds.Prefix(SomeJobs.Installation, wanted.Key), id, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("web")]
    [InlineData("muster-7c0ffee1abcd-")]
    [InlineData("muster-7c0ffee1abcd-web")]
    [InlineData("muster-7c0ffee1abcd-9f8e7d6c5b4a432")]
    [InlineData("muster-7c0ffee1abcd-9f8e7d6c5b4a43210-web")]
    [InlineData("muster-000000000000-9f8e7d6c5b4a4321-web")]
    public void What_looks_another_way_is_somebody_elses(string id) => Assert.Null(JobIds.KeyOf(SomeJobs.Installation, id));
}
