using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An argument that is the path of a file, or a word in its place.</summary>
internal sealed class FileArgument(string name) : Argument<string>(name);
