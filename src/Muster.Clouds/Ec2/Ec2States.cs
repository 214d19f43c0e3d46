using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>What an instance of EC2 is to Muster.</summary>
internal static partial class Ec2States
{
    /// <summary>Those that are there: terminated ones stay listed for about an hour.</summary>
    public static readonly ImmutableArray<string> Shown = ["pending", "running", "shutting-down", "stopping", "stopped"];

    private const int ReasonMax = 200;

    private static readonly StateTable States = new(
        new("pending", InstanceState.Provisioning),
        new("running", InstanceState.Running),
        new("shutting-down", InstanceState.Terminating),
        new("terminated", InstanceState.Terminating),
        // It ends in stopped, and is replaced now.
        new("stopping", InstanceState.Terminating),
        new("stopped", InstanceState.Stopped, $"stopped{StateRow.Told}"));

    /// <summary>What is wanted of an instance that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "instanceId", Name: "name", Tags: "tagSet", ReadTags: Ec2Tags.Read);

    /// <summary>Whether an instance can have the id: one that none can have is not asked about.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>The instance.</summary>
    /// <param name="instance">As EC2 tells it.</param>
    /// <param name="leavingAt">When EC2 takes it back; null where it has not given notice.</param>
    public static Instance Instance(Ec2Instance instance, DateTimeOffset? leavingAt = null)
    {
        var told = instance.StateReason is { } reason ? $": {ForeignText.Shown(reason, ReasonMax)}" : "";
        var (state, detail) = States.Of(instance.State, told: told);
        return new()
        {
            Id = new InstanceId(instance.Id),
            Name = instance.Tags.GetValueOrDefault(Ec2Tags.NameKey) ?? instance.Id,
            State = state,
            StateDetail = detail,
            StoppedOnOrder = state is InstanceState.Stopped && instance.StateReasonCode is { } code ? IsOrder(code) : null,
            LeavingAt = leavingAt,
            CreatedAt = instance.LaunchTime,
            Tags = Ec2Tags.Read(instance.Tags),
            Zone = instance.Zone,
            Addresses = instance.Addresses,
            Attributes = Attributes(instance),
        };
    }

    /// <summary>An item of a listing that cannot be read, in the form in which all clouds' odd elements are told.</summary>
    public static OddElement Odd(AnswerNode node, string why)
    {
        var tags = new JsonObject();
        foreach (var (key, value) in Ec2Instance.TagsOf(node))
        {
            tags[key] = value;
        }

        var element = new JsonObject { ["instanceId"] = node.TextOf("instanceId"), ["tagSet"] = tags };
        element["name"] = (string?)tags[Ec2Tags.NameKey];
        using var document = JsonDocument.Parse(element.ToJsonString());
        return new(document.RootElement.Clone(), why);
    }

    // UserInitiatedShutdown and UserInitiatedHibernate; one that stops itself is InstanceInitiatedShutdown, and EC2's own doing Server.*.
    private static bool IsOrder(string code) => code.StartsWith("Client.UserInitiated", StringComparison.Ordinal);

    private static ImmutableSortedDictionary<string, string> Attributes(Ec2Instance instance)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                attributes[name] = value;
            }
        }

        Add("image", instance.Image);
        Add("type", instance.Type);
        Add("subnet", instance.Subnet);
        Add("vpc", instance.Vpc);
        Add("lifecycle", instance.Lifecycle);
        return attributes.ToImmutable();
    }

    [GeneratedRegex(@"\Ai-[0-9a-f]{8}([0-9a-f]{9})?\z")]
    private static partial Regex Id();
}
