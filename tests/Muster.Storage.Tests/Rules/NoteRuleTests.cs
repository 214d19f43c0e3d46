using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class NoteRuleTests
{
    private static readonly MemberNote Plain = new() { Instance = new("i-1"), Cloud = "lxd", ServedAt = Some.Start };

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        var error = Assert.Throws<InputException>(() => NoteRule.AsKept(
        [
            new("", new("")) { Finding = new("", Verdict.Healthy, Some.Start), UnwantedFor = "" },
            new("lxd", new("i\0")),
        ]));

        Assert.Equal(["cloud", "instance", "source", "unwanted_for", "instance"], error.Errors.Select(each => each.Field));
    }

    [Fact]
    public void The_bounds_themselves_are_allowed_and_longer_reasons_are_cut()
    {
        NoteChange change = new(new string('c', NoteRule.NameMax), new(new string('i', NoteRule.NameMax)))
        {
            Finding = new(
                new string('s', Finding.SourceMax), Verdict.Healthy, Some.Start, new string('d', Finding.DetailMax)),
            UnwantedFor = new string('r', NoteRule.ReasonMax),
        };

        Assert.Equal(change, Assert.Single(NoteRule.AsKept([change])));
        Assert.Empty(NoteRule.Judge(MemberNotes.Apply([], [change])));
        Assert.Equal(
            NoteRule.ReasonMax,
            NoteRule.AsKept([change with { UnwantedFor = new string('r', NoteRule.ReasonMax + 1) }])[0].UnwantedFor!.Length);
        Assert.Empty(NoteRule.AsKept(default));
    }

    [Fact]
    public void Notes_that_were_kept_in_another_way_are_judged()
    {
        ImmutableArray<Finding> findings = [.. Enumerable.Repeat(new Finding("probe", Verdict.Healthy, Some.Start), 17)];

        Assert.Equal(
            [
                "has a note of i-1 on lxd that may not be kept: findings is '17': at most 16",
                "has a note of i-1 on lxd that may not be kept: source is 'probe': each source once",
                "has a note of i-1 on lxd that may not be kept: detail is '201': at most 200 characters",
                "has a note of i-1 on lxd that may not be kept: unwanted_for is '1001': at most 1000 characters",
                "has 2 notes of i-1 on lxd, and not one",
            ],
            NoteRule.Judge(
            [
                Plain with { Findings = findings.SetItem(0, findings[0] with { Detail = new string('d', 201) }) },
                Plain with { UnwantedFor = new string('r', 1001) },
            ]));
        Assert.Equal(
            "has 10001 notes, and at most 10000 are allowed",
            Assert.Single(NoteRule.Judge([.. Enumerable.Range(0, 10_001).Select(each => Plain with { Instance = new($"i-{each}") })])));
    }
}
