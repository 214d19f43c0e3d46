using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Resources;

/// <summary>A kind of thing that a configuration looks up.</summary>
internal interface IDataSource
{
    /// <summary>As users write it: <c>muster_instances</c>.</summary>
    string TypeName { get; }

    Schema Schema { get; }

    /// <summary>Adds what is wrong with a configuration. Anything in it may be unknown yet.</summary>
    void Validate(Fields config, FindingList findings);

    /// <summary>Looks it up; that there is none is an error.</summary>
    Task<Value> ReadAsync(Fields config, Connection connection);
}
