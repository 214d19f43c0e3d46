using Muster.Core;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Rules;

namespace Muster.Storage.Rows;

/// <summary>What the groups of a steering round are put together with: few templates, and the launches that are open.</summary>
internal sealed class SteeredRows(IEnumerable<Template> templates, IEnumerable<Launch> launches)
{
    /// <summary>The columns, in their order.</summary>
    public const string Columns = $"{GroupRow.ColumnsWithVoices}, {StateRow.Columns}, {SteeringRow.Columns}, {PushedRow.Columns}";

    private readonly Dictionary<TemplateId, Template> _templates = templates.ToDictionary(template => template.Id);
    private readonly ILookup<GroupId, Launch> _launches = launches.ToLookup(launch => launch.Group);
    private readonly SharedTexts _texts = new();

    /// <summary>The templates that were read for all of them.</summary>
    public IReadOnlyDictionary<TemplateId, Template> Templates => _templates;

    /// <summary>Reads a group, its state, and what its last round concluded.</summary>
    public SteeredGroup Read(Row row)
    {
        var (group, claims, policies, notes) = GroupRow.ReadWithVoices(row, _texts);
        var state = StateRow.Read(row, _texts);
        return new(
            new(group, _templates[group.Template], state, LaunchRule.InOrder(_launches[group.Id]))
            {
                Claims = claims,
                Policies = policies,
                Notes = notes,
            },
            SteeringRow.Read(row),
            PushedRow.Read(row));
    }
}
