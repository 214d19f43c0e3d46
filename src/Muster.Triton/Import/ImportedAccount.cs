using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Templates;

namespace Muster.Triton.Import;

/// <summary>What an import brings into one account, as Muster's own, under the ids that clients know.</summary>
/// <param name="Account">The account; one that is there already keeps its id.</param>
/// <param name="Templates">Oldest first, archived ones among them.</param>
/// <param name="Groups">Oldest first, archived ones among them; the living suspended, since nothing of theirs is adopted yet.</param>
/// <param name="Keys">The service keys that the original has in it, which Muster does not use.</param>
public sealed record ImportedAccount(
    Account Account, ImmutableArray<Template> Templates, ImmutableArray<Group> Groups, ImmutableArray<TsgKey> Keys)
{
    /// <summary>Those of the groups that live.</summary>
    public IEnumerable<Group> LivingGroups => Groups.Where(group => group.ArchivedAt is null);
}
