
namespace Muster.Triton.Errors;

/// <summary>Texts of the original that several answers share.</summary>
internal static class TsgTexts
{
    public const string UnreadableBody = "error in unmarshal request body";

    public const string UnknownTemplate = "Error finding template by ID";
}
