using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Resources;

/// <summary>A kind of thing that Terraform makes, changes and destroys.</summary>
/// <remarks>
/// What goes wrong is thrown, unless something else than before exists by then: that is returned, and told among the findings.
/// </remarks>
internal interface IResource
{
    /// <summary>As users write it: <c>muster_group</c>.</summary>
    string TypeName { get; }

    Schema Schema { get; }

    /// <summary>Where a field of the API is found in a configuration; null when it is not there.</summary>
    /// <param name="field">As the API calls it.</param>
    /// <param name="config">What the user wrote.</param>
    AttributePath? Place(string field, Fields config);

    /// <summary>Adds what is wrong with a configuration. Anything in it may be unknown yet.</summary>
    void Validate(Fields config, FindingList findings);

    /// <summary>Puts in what the schema alone does not know. Pure.</summary>
    void Refine(ChangeDraft draft);

    /// <summary>Adds what the server already knows to be wrong with a plan. Changes nothing, there or here.</summary>
    Task CheckAsync(ChangeDraft draft, Connection connection, FindingList findings);

    /// <summary>What is so; <see cref="Value.Null"/> when it is gone.</summary>
    Task<Value> ReadAsync(Fields state, Connection connection);

    /// <summary>Makes it.</summary>
    Task<Value> CreateAsync(Fields planned, Connection connection, FindingList findings);

    /// <summary>Changes it.</summary>
    /// <param name="prior">What was so.</param>
    /// <param name="planned">What shall be.</param>
    /// <param name="config">What the user wrote of it.</param>
    /// <param name="connection">The server.</param>
    /// <param name="findings">Gets what is to be told.</param>
    Task<Value> UpdateAsync(Fields prior, Fields planned, Fields config, Connection connection, FindingList findings);

    /// <summary>Destroys it; that it is gone already is good.</summary>
    Task DeleteAsync(Fields prior, Connection connection);

    /// <summary>The state of something that exists, by id or name, as far as <see cref="ReadAsync"/> needs it.</summary>
    Task<Value> ImportAsync(string idOrName, Connection connection);
}
