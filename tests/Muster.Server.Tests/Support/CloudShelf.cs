using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Server.Tests.Support;

/// <summary>The clouds of a test: with one credential for all, and such as each account speaks to with its own.</summary>
internal sealed class CloudShelf(params CloudEntry[] entries) : ICloudDirectory
{
    private readonly Dictionary<string, Func<AccountId, CloudEntry>> _byAccount = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public IReadOnlyList<CloudEntry> Entries { get; private set; } = [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>A cloud that is opened for each account that asks for it.</summary>
    public void Add(string name, Func<AccountId, CloudEntry> open) => _byAccount.Add(name, open);

    /// <summary>A cloud with one credential for all.</summary>
    public void Add(CloudEntry entry) => Entries = [.. Entries, entry];

    public IReadOnlyList<CloudEntry> EntriesOf(AccountId account) =>
        [.. Entries.Where(entry => entry.Account is null)
            .Select(entry => entry.Name)
            .Concat(_byAccount.Keys)
            .Select(name => Find(account, name)!)];

    public CloudEntry? Find(AccountId account, string name)
    {
        lock (_gate)
        {
            var known = Entries.FirstOrDefault(entry => entry.Serves(account, name));
            if (known is null && _byAccount.TryGetValue(name, out var open))
            {
                known = open(account);
                Entries = [.. Entries, known];
            }

            return known;
        }
    }
}
