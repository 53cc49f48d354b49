namespace Lateen.Control.Analysis;

using System.Globalization;
using Lateen.Api.Text;

/// <summary>Something to tell about an object, with the place in its file where there is one.</summary>
public sealed record AnalysisMessage(MessageType Type, AnalysisObject Object, string Path, string Text)
{
    /// <summary>"file.yaml:12"; empty for an object of a cluster.</summary>
    public string Reference => Object.Document is { } document
        ? string.Create(CultureInfo.InvariantCulture, $"{document.File}:{document.PositionOf(Path).Line}")
        : "";

    public override string ToString()
    {
        string where = Reference.Length == 0 ? "" : " " + Reference;
        return $"{Type.Level} [{Type.Code}] ({Object.FriendlyName}{where}) {Text}";
    }
}
