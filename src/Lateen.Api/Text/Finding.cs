namespace Lateen.Api.Text;

using System.Globalization;
using System.Text;

/// <summary>One thing to tell the author of a configuration: what is wrong where, and how to put it right.</summary>
public sealed record Finding(
    string Code,
    Severity Severity,
    string Resource,
    string Path,
    int Line,
    int Column,
    string Message,
    string Fix)
{
    public static Finding Error(string code, string path, string message, string fix = "") =>
        new(code, Severity.Error, "", path, 0, 0, message, fix);

    public static Finding Warning(string code, string path, string message, string fix = "") =>
        new(code, Severity.Warning, "", path, 0, 0, message, fix);

    public static Finding Info(string code, string path, string message, string fix = "") =>
        new(code, Severity.Info, "", path, 0, 0, message, fix);

    public Finding At(Position position) => this with { Line = position.Line, Column = position.Column };

    /// <summary>The sentence without place and code, as a webhook or a status says it: <c>spec.hosts: … (fix)</c>.</summary>
    public string Sentence
    {
        get
        {
            string where = Path.Length == 0 ? "" : Path + ": ";
            return Fix.Length == 0 ? where + Message : $"{where}{Message}; {Fix}";
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder(Resource);
        if (Line > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $":{Line}:{Column}");
        }

        if (text.Length > 0)
        {
            text.Append(": ");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Sentence} [{Code}]").ToString();
    }
}
