using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Instances;

namespace Muster.Server.Tests.Instances;

public sealed class InstanceViewsTests
{
    private static readonly Some A = new();

    [Theory]
    [InlineData(null, InstanceState.Running, "running")]
    [InlineData(5, InstanceState.Running, "leaving")]
    [InlineData(5, InstanceState.Provisioning, "leaving")]
    [InlineData(5, InstanceState.Stopped, "stopped")]
    [InlineData(-1, InstanceState.Running, "leaving")]
    [InlineData(-3, InstanceState.Running, "running")]
    [InlineData(60 * 24 * 30, InstanceState.Running, "running")]
    public void Only_what_is_replaced_for_it_is_shown_as_leaving(int? minutes, InstanceState state, string word)
    {
        var instance = new Instance
        {
            Id = new("i-1"),
            Name = "web-1",
            State = state,
            LeavingAt = minutes is { } left ? Some.Start.AddMinutes(left) : null,
            CreatedAt = Some.Start,
            Tags = ImmutableSortedDictionary<string, string>.Empty,
        };
        var template = A.Template(new AccountId(A.Id()));
        var group = A.Group(template);

        var view = InstanceViews.View(
            new(group, template, new() { Group = group.Id }, []), "sim",
            new(instance, InstancePhase.InService, Verdict.Healthy, Note: null, Detail: null), Some.Start);

        Assert.Equal((word, instance.LeavingAt), (view.State, view.LeavingAt));
    }
}
