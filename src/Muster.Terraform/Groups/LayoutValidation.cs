using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Templates;
using Muster.Terraform.Findings;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What can be said without a server about where a group is to live: Muster's own rules, for all of it that is known.</summary>
internal static class LayoutValidation
{
    private const string TemplateAllowed =
        "a template's id: muster_template.NAME.id, or that of a data source, which finds a template by its name";

    // Only its bounds and its shape are looked at: the server has the templates, the zones of clouds, and which have interruptible ones.
    private static readonly Template Any = new()
    {
        Id = default,
        Account = default,
        Name = "any",
        Cloud = "any",
        Image = "any",
        CreatedAt = default,
    };

    public static void Check(Fields config, FindingList findings)
    {
        var form = SpreadForms.Of(config);
        CheckTemplates(config, form, findings);
        var edit = new LayoutEdit
        {
            Placements = form is SpreadForm.Placements ? Placements(config, findings) : null,
            Zones = Zones(config),
            Distribution = config.Text("distribution"),
            OnDemandPercentAboveBase = Percent(config, findings),
            SpillAfterSeconds = After(config, "spill_after", findings),
            ReturnAfterSeconds = After(config, "return_after", findings),
            Surge = config.Text("surge"),
        };
        if (form is not SpreadForm.Unknown)
        {
            CheckRules(config, edit, findings);
        }
    }

    private static void CheckTemplates(Fields config, SpreadForm form, FindingList findings)
    {
        if (config["template_id"].IsNull && form is SpreadForm.Alone or SpreadForm.Zones)
        {
            findings.Error(
                "Missing template_id",
                "Give template_id, or placement blocks for a group in several places.",
                AttributePath.Of("template_id"));
        }

        if (form is SpreadForm.Placements && config.Text("template_id") is { } beside)
        {
            findings.Invalid(
                AttributePath.Of("template_id"),
                beside,
                "template_id or placement blocks, not both: each placement names a template of its own");
        }

        CheckId(AttributePath.Of("template_id"), config, findings);
        foreach (var (path, block) in PlacementFields.BlocksOf(config))
        {
            CheckId(path.At("template_id"), block, findings);
        }
    }

    private static void CheckId(AttributePath path, Fields fields, FindingList findings)
    {
        if (fields.Text("template_id") is { } id && !Guid.TryParseExact(id, "D", out _))
        {
            findings.Invalid(path, id, TemplateAllowed);
        }
    }

    private static ImmutableArray<NewPlacement> Placements(Fields config, FindingList findings) =>
        [.. PlacementFields.BlocksOf(config).Select((placement, index) => Read(placement.Path, placement.Block, index, config, findings))];

    private static NewPlacement Read(AttributePath path, Fields block, int index, Fields config, FindingList findings)
    {
        var input = PlacementFields.All.Aggregate(
            new Api.Groups.PlacementInput(),
            (known, field) => findings.Try(path.At(field.Attribute.Name), () => field.Write(known, block)) ?? known);

        // What goes with the distribution cannot be said before that is known.
        var isShared = !config.IsUnknown("distribution");
        return new()
        {
            // In place of a name that is not known yet, one that nobody else has.
            Name = block.IsUnknown("name") ? $"unknown.{index}" : input.Name,
            Template = Any,
            Zone = input.Zone,
            Rank = isShared ? input.Rank : null,
            Weight = isShared ? input.Weight : null,
            Min = input.Min,
            Max = input.Max,
            Base = input.Base,
            IsInterruptible = input.Interruptible,
        };
    }

    /// <summary>In place of zones that are not known yet, some that nobody else has.</summary>
    private static ImmutableArray<string>? Zones(Fields config) => config["zones"] is Value.Sequence zones
        ? [.. zones.Items.Select((zone, index) => zone is Value.Text text ? text.Content : $"unknown.{index}")]
        : null;

    /// <summary>Null also where it goes with placements of which it is not known yet whether they are interruptible.</summary>
    private static int? Percent(Fields config, FindingList findings)
    {
        const string Name = "on_demand_percent_above_base";
        var path = AttributePath.Of(Name);
        var percent = findings.Try(path, () => config.Whole(Name));
        if (percent is < 0 or > LayoutRules.PercentMax)
        {
            findings.Invalid(path, percent.Value.ToString(CultureInfo.InvariantCulture), LayoutFields.PercentWords);
            return null;
        }

        return PlacementFields.BlocksOf(config).Any(placement => placement.Block.IsUnknown("interruptible")) ? null : percent;
    }

    private static double? After(Fields config, string name, FindingList findings)
    {
        if (config.Text(name) is not { } text)
        {
            return null;
        }

        if (text == Durations.Off)
        {
            return LayoutEdit.Off;
        }

        if (Durations.SecondsOrOff(text) is { } seconds && seconds >= LayoutRules.AfterMin.TotalSeconds
            && seconds <= LayoutRules.AfterMax.TotalSeconds)
        {
            return seconds;
        }

        findings.Invalid(AttributePath.Of(name), text, $"a time {LayoutFields.AfterWords}, such as 30s");
        return null;
    }

    /// <summary>The rules of a new group are those of a changed one: a plan says the whole of where it lives.</summary>
    private static void CheckRules(Fields config, LayoutEdit edit, FindingList findings)
    {
        ImmutableArray<string> zones =
            [.. edit.Zones ?? [], .. (edit.Placements ?? []).Select(placement => placement.Zone).OfType<string>()];
        var (min, max) = (Bound(config, "min"), Bound(config, "max"));
        try
        {
            GroupChanges.Create(
                new()
                {
                    Id = default,
                    Account = default,
                    Name = "any",
                    Template = edit.Placements is null ? Any : null,
                    Layout = edit with { ZonesOf = _ => zones, HasInterruptible = _ => true },
                    Capacity = new() { Desired = min ?? 0, Min = min, Max = max, Origin = new("any", default) },
                },
                int.MaxValue,
                default);
        }
        catch (InputException refused)
        {
            // The others are looked at where they are written.
            foreach (var wrong in refused.Errors.Where(wrong => IsOfLayout(wrong.Field)))
            {
                var field = LayoutFields.Named(wrong.Field);
                findings.Invalid(ApiFields.Place(GroupSchema.Resource, field) ?? AttributePath.Of(field), wrong.Value, wrong.Allowed);
            }
        }
    }

    private static bool IsOfLayout(string field) => LayoutFields.Named(field).Split('.', '[')[0] is var name
        && (name is "placement" or "zones" || LayoutFields.All.Any(known => known.Name == name));

    private static int? Bound(Fields config, string name) =>
        config[name] is Value.Number number && number.TryWhole(out var whole) && whole is >= 0 and <= int.MaxValue ? (int)whole : null;
}
