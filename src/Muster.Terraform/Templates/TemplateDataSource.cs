using Muster.Core;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Templates;

/// <summary>The data source <c>muster_template</c></summary>
internal sealed class TemplateDataSource : IDataSource
{
    public string TypeName => "muster_template";

    public Schema Schema => TemplateSchema.DataSource;

    public void Validate(Fields config, FindingList findings) => Lookup.Check(config, findings);

    public async Task<Value> ReadAsync(Fields config, Connection connection)
    {
        var view = await connection.AskAsync((server, token) => server.GetTemplateAsync(Lookup.Key(config), token));
        return view.ArchivedAt is null
            ? Schema.Fill(TemplateSchema.Contained(view, before: null))
            : throw new ValueException($"template {view.Name} was archived at {MomentText.Format(view.ArchivedAt.Value)}");
    }
}
