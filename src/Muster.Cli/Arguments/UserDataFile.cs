using System.Text;

using Muster.Cli.Exits;

namespace Muster.Cli.Arguments;

/// <summary>A file handed to instances at first boot.</summary>
internal static class UserDataFile
{
    // What a template may carry; the server says the same of what gets past here.
    private const int LengthMaxBytes = 64 * 1024;

    /// <summary>The file's text.</summary>
    /// <exception cref="CliException">It cannot be read, is too large, or is no text.</exception>
    public static string Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LengthMaxBytes)
            {
                throw new CliException(ExitCode.Usage, $"user data file {path} has {file.Length} bytes: {LengthMaxBytes} at most");
            }

            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException error)
        {
            throw new CliException(ExitCode.Usage, $"user data file {path} is not UTF-8 text: encode it, for example with base64", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"user data file {path} cannot be read: {error.Message}", error);
        }
    }
}
