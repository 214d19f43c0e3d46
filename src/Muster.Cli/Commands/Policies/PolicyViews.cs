using System.Globalization;
using System.Text.Json;

using Muster.Api;
using Muster.Api.Policies;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Policies;

/// <summary>How policies are shown.</summary>
internal static class PolicyViews
{
    private const string NotYet = "not evaluated yet";

    /// <summary>What became of a policy, on one line; a new secret alone on standard output, so that a script can keep it.</summary>
    public static void WriteChange(Terminal terminal, PolicyView policy, string what, Uri server, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, policy, ApiJson.Default.PolicyView);
            return;
        }

        var line = VisibleText.OneLine($"{policy.Name}: {what}, {policy.Kind}, mode {policy.Mode}");
        if (policy is not { Secret: { } secret, Path: { } path })
        {
            terminal.Out.WriteLine(line);
            return;
        }

        terminal.Out.WriteLine($"{new Uri(server, path)}/{secret}");
        terminal.Error.WriteLine($"muster: {line}; this is the only time that its address is shown with the secret");
    }

    public static void Write(Terminal terminal, PolicyView policy, Uri server, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, policy, ApiJson.Default.PolicyView);
            return;
        }

        var details = new Details()
            .Add("Name", policy.Name)
            .Add("Kind", policy.Kind)
            .Add("Mode", Mode(policy.Mode))
            .Add("Rule", Rule(policy.Rule))
            .Add("Recommends", Recommends(policy))
            .Add("Reason", policy.Reason ?? NotYet)
            .Add("Reading", Reading(policy))
            .Add("Evaluated", Moments.Text(policy.EvaluatedAt))
            .Add("Version", $"{policy.Version}, changed {Moments.Text(policy.UpdatedAt)}");
        if (policy.Path is { } path)
        {
            details.Add("Address", $"{new Uri(server, path)}/SECRET");
        }

        details.Write(terminal);
    }

    public static void Write(Terminal terminal, IReadOnlyList<PolicyView> policies, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, policies, ApiJson.Default.PolicyView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, policies.Select(policy => policy.Name));
            return;
        }

        Grid(policies).Write(terminal, output);
    }

    /// <summary>A group's policies below the group; nothing where there are none.</summary>
    public static void WriteBelow(Terminal terminal, IReadOnlyList<PolicyView>? policies)
    {
        if (policies is { Count: > 0 })
        {
            terminal.Out.WriteLine();
            Grid(policies).Write(terminal, Output.Text);
        }
    }

    private static Grid Grid(IReadOnlyList<PolicyView> policies)
    {
        var grid = new Grid(
            "POLICY", "KIND", "MODE", "RECOMMENDS", new Column("REASON", Drop: 1) { Wraps = true }, new Column("EVALUATED", Drop: 2));
        foreach (var policy in policies)
        {
            grid.Add(
                policy.Name, policy.Kind, Mode(policy.Mode), Recommends(policy), policy.Reason ?? NotYet,
                Moments.Text(policy.EvaluatedAt));
        }

        return grid;
    }

    private static Cell Mode(string mode) => new(mode, mode is "off" ? Tone.Dim : Tone.Plain);

    private static Cell Recommends(PolicyView policy) => policy switch
    {
        { Recommends: { } count } => new(count.ToString(CultureInfo.InvariantCulture), Tone.Plain),
        { Blind: true } => new("no data", Tone.Bad),
        _ => new("-", Tone.Dim),
    };

    private static string? Reading(PolicyView policy) => policy.Reading is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{value:0.###} at {Moments.Text(policy.ReadingAt)}")
        : null;

    /// <summary>The rule as its fields are written.</summary>
    private static string Rule(PolicyInput rule) => JsonSerializer.Serialize(rule, ApiJson.Readable.PolicyInput);
}
