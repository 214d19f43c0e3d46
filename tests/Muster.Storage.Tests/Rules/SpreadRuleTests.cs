using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class SpreadRuleTests
{
    [Fact]
    public void Nothing_more_is_read_of_groups_with_one_template()
    {
        var a = new Some();
        var template = a.Template(new(a.Id()));
        var vacated = a.Group(template) with { Revision = 3 };
        ImmutableArray<GroupRecord> records =
        [
            new(a.Group(template), template, new() { Group = default }, [a.Launch(a.Group(template))]),
            new(vacated, template, new() { Group = vacated.Id, VacatedRevision = 2 }, []),
        ];

        // There is no session to read by.
        Assert.Equal(records, Storage.Sqlite.Tables.RevisionTable.Complete(session: null!, records, known: null));
        Assert.True(Storage.Postgres.Tables.RevisionTable.CompleteAsync(
            session: null!, records, known: null, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Fact]
    public void Placements_whose_templates_were_read_with_the_sweep_need_no_further_statement()
    {
        var a = new Some();
        var (home, other) = (a.Template(new(a.Id())), a.Template(new(a.Id())));
        var group = a.Group(home) with { Layout = Some.Layout(home, other, home) };
        ImmutableArray<GroupRecord> records = [new(group, home, new() { Group = group.Id }, [])];

        var read = Storage.Sqlite.Tables.RevisionTable.Complete(
            session: null!, records, new[] { home, other }.ToDictionary(template => template.Id));

        Assert.Equal([home, other], Assert.Single(read).PlacementTemplates);
    }
}
