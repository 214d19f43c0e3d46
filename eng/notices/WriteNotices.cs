using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml.Linq;

using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes the notices of all packages whose code the program contains: name, version, copyright, licence, and each licence's text once.
/// Fails for a licence that nobody has looked at.
/// </summary>
public sealed class WriteNotices : Task
{
    /// <summary>Assemblies of packages, with the metadata NuGetPackageId and NuGetPackageVersion.</summary>
    [Required]
    public ITaskItem[] Assemblies { get; set; }

    /// <summary>Where packages are unpacked.</summary>
    [Required]
    public string PackagesDirectory { get; set; }

    /// <summary>A directory with one text for each permitted licence, called by its SPDX identifier.</summary>
    [Required]
    public string LicencesDirectory { get; set; }

    /// <summary>A directory with the licences that are in words of their own, as somebody has read them, called by their package.</summary>
    [Required]
    public string ReadDirectory { get; set; }

    /// <summary>Texts to append as they are: those of the runtime, and of native code that is linked in.</summary>
    [Required]
    public ITaskItem[] Texts { get; set; }

    /// <summary>The file to write.</summary>
    [Required]
    public string Output { get; set; }

    public override bool Execute()
    {
        var notices = new StringBuilder("Muster contains software of others. This is what they ask to be told with it.\n");
        var licences = new SortedSet<string>(StringComparer.Ordinal);
        var packages = Assemblies
            .Select(assembly => (Id: assembly.GetMetadata("NuGetPackageId"), Version: assembly.GetMetadata("NuGetPackageVersion")))
            .Where(package => package.Id.Length > 0)
            .Distinct()
            .OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var (id, version) in packages)
        {
            Describe(id, version, notices, licences);
        }

        foreach (var licence in licences)
        {
            Append(notices, licence, File.ReadAllText(Path.Combine(LicencesDirectory, licence + ".txt")));
        }

        foreach (var text in Texts)
        {
            Append(notices, text.GetMetadata("Title"), File.ReadAllText(text.ItemSpec));
        }

        if (Log.HasLoggedErrors)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Output));
        File.WriteAllText(Output, notices.ToString());
        return true;
    }

    private void Describe(string id, string version, StringBuilder notices, SortedSet<string> licences)
    {
        var directory = Path.Combine(PackagesDirectory, id.ToLowerInvariant(), version.ToLowerInvariant());
        var metadata = XDocument.Load(Path.Combine(directory, id.ToLowerInvariant() + ".nuspec")).Root.Elements()
            .Single(element => element.Name.LocalName == "metadata");
        string Of(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim();

        var licence = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        string words = null;
        if (licence is not null && (string)licence.Attribute("type") == "file")
        {
            // In words of its own: somebody has read them, and they are still the same.
            words = Plain(File.ReadAllText(Path.Combine(directory, licence.Value.Trim())));
            var read = Path.Combine(ReadDirectory, id + ".txt");
            if (!File.Exists(read) || Plain(File.ReadAllText(read)) != words)
            {
                Log.LogError(
                    "the licence of the package {0} {1} is its file {2}, and not what {3} has: "
                    + "read it, and copy it there if the program may contain it",
                    id, version, licence.Value.Trim(), read);
                return;
            }
        }
        else if (licence is null || (string)licence.Attribute("type") != "expression"
            || !File.Exists(Path.Combine(LicencesDirectory, licence.Value.Trim() + ".txt")))
        {
            Log.LogError(
                "the licence of the package {0} {1} is '{2}', which is none of {3}: "
                + "read it, and add its text to {4} if the program may contain it",
                id,
                version,
                licence?.Value ?? "not given",
                string.Join(
                    ", ", Directory.GetFiles(LicencesDirectory, "*.txt").Select(Path.GetFileNameWithoutExtension).OrderBy(name => name)),
                LicencesDirectory);
            return;
        }

        if (words is null)
        {
            licences.Add(licence.Value.Trim());
        }

        notices.Append("\n").Append(id).Append(' ').Append(version).Append("\n  ")
            .Append(Of("copyright") ?? "Copyright " + Of("authors")).Append("\n  ").Append(licence.Value.Trim());
        if (Of("projectUrl") is { } url)
        {
            notices.Append(", ").Append(url);
        }

        notices.Append('\n');
        if (words is not null)
        {
            notices.Append('\n').Append(Indented(words)).Append('\n');
        }

        foreach (var own in Directory.GetFiles(directory).Where(IsNotice).OrderBy(path => path, StringComparer.Ordinal))
        {
            notices.Append('\n').Append(Indented(File.ReadAllText(own))).Append('\n');
        }
    }

    private static bool IsNotice(string path) =>
        Path.GetFileName(path).IndexOf("NOTICE", StringComparison.OrdinalIgnoreCase) >= 0;

    private static void Append(StringBuilder notices, string title, string text) =>
        notices.Append("\n").Append('=', 80).Append('\n').Append(title).Append("\n\n").Append(Plain(text)).Append('\n');

    private static string Indented(string text) =>
        string.Join("\n", Plain(text).Split('\n').Select(line => line.Length == 0 ? line : "    " + line));

    private static string Plain(string text) => text.TrimStart('\uFEFF').Replace("\r\n", "\n").Trim('\n');
}
