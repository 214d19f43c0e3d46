using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Core.Traffic;

namespace Muster.Core.Tests.Traffic;

public sealed class TrafficRulesTests
{
    private static readonly TrafficUses Known = new([new() { Source = "edge", Backend = "web", Port = 80 }]);

    [Fact]
    public void Nothing_asked_leaves_it_as_it_is_and_an_empty_list_removes_it()
    {
        Assert.Same(Known, Resolve(null, out _));
        Assert.Equal(TrafficUses.None, Resolve([], out _));
    }

    [Fact]
    public void A_use_is_what_was_asked()
    {
        var uses = Resolve(
            [new() { Source = "edge", Backend = "web", Attribute = "port", Network = "10.0.0.0/8", Health = true }], out var errors);

        Assert.Empty(errors);
        Assert.Equal(
            new TrafficUse { Source = "edge", Backend = "web", Attribute = "port", Network = "10.0.0.0/8", Health = true },
            Assert.Single(uses.All));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        Resolve(
            [
                new() { Source = "edge", Backend = "web; show", Port = 70000, Path = "no slash", Network = "10.0.0.0/99" },
                new() { Source = "nowhere" },
                new(),
            ],
            out var errors);

        Assert.Equal(
            [
                "traffic[0].backend", "traffic[0].network", "traffic[0].path", "traffic[0].port", "traffic[1].source", "traffic[2].source",
            ],
            errors.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.Contains("edge, self", errors.Single(error => error.Field == "traffic[1].source").Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_source_needs_must_be_said_and_what_it_has_no_use_for_must_not()
    {
        Resolve(
            [new() { Source = "edge", Service = "web" }, new() { Source = "self", Port = 80, Path = "/drain", Health = true }],
            out var errors);

        Assert.Equal(
            ["traffic[0].backend", "traffic[0].port", "traffic[0].service", "traffic[1].health"],
            errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_source_has_no_use_for_is_to_be_left_out()
    {
        Resolve([new() { Source = "edge", Backend = "web", Port = 80, Path = "/x" }], out var errors);

        Assert.Equal(
            "traffic[0].path is '/x': leave it out: the source edge is of a kind that takes no path", Assert.Single(errors).ToString());
    }

    [Fact]
    public void A_port_and_an_attribute_are_one_too_many_and_so_is_a_source_named_twice()
    {
        Resolve(
            [
                new() { Source = "edge", Backend = "web", Port = 80, Attribute = "port" },
                new() { Source = "edge", Backend = "web", Port = 81 },
                new() { Source = "edge", Backend = "other", Port = 81 },
            ],
            out var errors);

        Assert.Equal(["traffic[0].attribute", "traffic[1].source"], errors.Select(error => error.Field));
    }

    [Fact]
    public void Names_are_believed_where_nobody_knows_the_sources()
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();

        var uses = TrafficRules.Resolve([new() { Source = "any" }], TrafficUses.None, directory: null, errors);

        Assert.Empty(errors);
        Assert.Equal("any", Assert.Single(uses.All).Source);
    }

    [Fact]
    public void More_sources_than_anybody_needs_are_refused()
    {
        Resolve([.. Enumerable.Repeat(new TrafficUseEdit { Source = "edge" }, TrafficRules.UsesMax + 1)], out var errors);

        Assert.Equal("traffic is '9': at most 8 sources", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Uses_are_told_in_a_few_words() => Assert.Equal(
        "edge (backend web, port 80), self (port in attribute port, path /drain)",
        TrafficWords.Of(new TrafficUses([Known.All[0], new() { Source = "self", Attribute = "port", Path = "/drain" }])));

    private static TrafficUses Resolve(ImmutableArray<TrafficUseEdit>? asked, out ImmutableArray<InputError> errors)
    {
        var wrong = ImmutableArray.CreateBuilder<InputError>();
        var uses = TrafficRules.Resolve(asked, Known, new Sources(), wrong);
        errors = wrong.ToImmutable();
        return uses;
    }

    private sealed class Sources : ITrafficDirectory
    {
        public IReadOnlyList<string> Names => ["edge", "self"];

        public bool TryFind(string name, [MaybeNullWhen(false)] out TrafficNeeds needs)
        {
            needs = name switch
            {
                "edge" => new() { Backend = true, Port = true, HasHealth = true },
                "self" => new() { Port = true, Path = true },
                _ => null,
            };
            return needs is not null;
        }

        public bool UsesBalancersOf(string cloud) => false;
    }
}
