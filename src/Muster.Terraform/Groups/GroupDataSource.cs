using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>The data source <c>muster_group</c></summary>
internal sealed class GroupDataSource : IDataSource
{
    public string TypeName => "muster_group";

    public Schema Schema => GroupSchema.DataSource;

    public void Validate(Fields config, FindingList findings) => Lookup.Check(config, findings);

    public async Task<Value> ReadAsync(Fields config, Connection connection)
    {
        var view = await connection.AskAsync((server, token) => server.GetGroupAsync(Lookup.Key(config), token));
        return view.Phase == "archived"
            ? throw new ValueException($"group {view.Name} is archived")
            : GroupState.Of(view);
    }
}
