using System.Collections.Immutable;
using System.Text;

using Muster.Outbound;

namespace Muster.Clouds.Kit;

/// <summary>
/// The files that a cloud's options name: on this machine's disk, or their contents, as the server gives them to a task. Secret.
/// </summary>
public sealed class CloudFiles
{
    private const string OptionEnd = "_file";

    private readonly ImmutableSortedDictionary<string, byte[]>? _contents;

    private CloudFiles(ImmutableSortedDictionary<string, byte[]>? contents) => _contents = contents;

    /// <summary>Those of this machine.</summary>
    public static CloudFiles OnDisk { get; } = new(null);

    /// <summary>Contents by path; no disk is looked at.</summary>
    public static CloudFiles Given(ImmutableSortedDictionary<string, byte[]> contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        return new(contents);
    }

    /// <summary>The options that name files: of every kind, those that end with <c>_file</c>.</summary>
    public static IEnumerable<KeyValuePair<string, string>> NamedBy(IEnumerable<KeyValuePair<string, string>> options) =>
        options.Where(option => option.Key.EndsWith(OptionEnd, StringComparison.Ordinal));

    /// <summary>Whether they are this machine's, so that files which do not travel may be there, too.</summary>
    internal bool AreOnDisk => _contents is null;

    /// <summary>Whether there is such a file.</summary>
    public bool Exists(string path) => _contents?.ContainsKey(path) ?? File.Exists(path);

    /// <summary>Whether others than its owner may do anything with it; what was given is nobody else's.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    internal bool IsOpenToOthers(string path) => _contents is null && SecretFile.IsOpenToOthers(path);

    /// <summary>What it says.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string ReadText(string path) =>
        _contents is null ? File.ReadAllText(path)
        : _contents.TryGetValue(path, out var bytes) ? Encoding.UTF8.GetString(bytes)
        : throw new FileNotFoundException($"'{path}' was not given along");
}
