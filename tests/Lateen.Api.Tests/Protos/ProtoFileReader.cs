namespace Lateen.Api.Tests.Protos;

using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>Reads as much of the .proto language as names, numbers and types need.</summary>
internal sealed partial class ProtoFileReader
{
    private readonly string[] _tokens;
    private readonly PublishedProtos _protos;
    private int _at;

    public ProtoFileReader(string text, PublishedProtos protos)
    {
        _tokens = [.. Tokens().Matches(Comments().Replace(text, " ")).Select(match => match.Value)];
        _protos = protos;
    }

    public void Read()
    {
        string package = "";
        while (_at < _tokens.Length)
        {
            switch (_tokens[_at])
            {
                case "package":
                    package = _tokens[_at + 1];
                    SkipStatement();
                    break;
                case "message":
                    ReadMessage(package);
                    break;
                case "enum":
                    ReadEnum(package);
                    break;
                default:
                    SkipStatement();
                    break;
            }
        }
    }

    private void ReadMessage(string scope)
    {
        string fullName = $"{scope}.{_tokens[_at + 1]}";
        _protos.AddMessage(fullName);
        _at += 3;
        ReadBody(fullName, oneOf: "");
    }

    private void ReadBody(string message, string oneOf)
    {
        while (_tokens[_at] != "}")
        {
            switch (_tokens[_at])
            {
                case "message":
                    ReadMessage(message);
                    break;
                case "enum":
                    ReadEnum(message);
                    break;
                case "oneof":
                    string name = _tokens[_at + 1];
                    _at += 3;
                    ReadBody(message, name);
                    break;
                case "option" or "reserved" or "extensions" or ";":
                    SkipStatement();
                    break;
                default:
                    ReadField(message, oneOf);
                    break;
            }
        }

        _at++;
    }

    private void ReadField(string message, string oneOf)
    {
        string label = _tokens[_at] is "repeated" or "optional" ? _tokens[_at++] : "";
        string type = _tokens[_at++];
        if (type == "map")
        {
            // map < key , value > name = number
            label = "map";
            type = $"{_tokens[_at + 1]},{_tokens[_at + 3]}";
            _at += 5;
        }

        string name = _tokens[_at];
        int number = int.Parse(_tokens[_at + 2], CultureInfo.InvariantCulture);
        _protos.AddField(new PublishedField(message, name, number, type, label, oneOf));
        SkipStatement();
    }

    private void ReadEnum(string scope)
    {
        string fullName = $"{scope}.{_tokens[_at + 1]}";
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        _at += 3;
        while (_tokens[_at] != "}")
        {
            if (_tokens[_at + 1] == "=")
            {
                values[_tokens[_at]] = int.Parse(_tokens[_at + 2], CultureInfo.InvariantCulture);
            }

            SkipStatement();
        }

        _at++;
        _protos.AddEnum(fullName, values);
    }

    /// <summary>Skips to behind the statement's semicolon or, for a service, behind its closing brace.</summary>
    private void SkipStatement()
    {
        int depth = 0;
        while (_at < _tokens.Length)
        {
            string token = _tokens[_at++];
            depth += token == "{" ? 1 : 0;
            depth -= token == "}" ? 1 : 0;
            bool isBlockEnd = token == "}" && depth == 0 && (_at >= _tokens.Length || _tokens[_at] is not (";" or "]" or ","));
            if ((token == ";" && depth == 0) || isBlockEnd)
            {
                return;
            }
        }
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\.?[A-Za-z_][\w.]*|-?\d[\w.]*|\S
        """)]
    private static partial Regex Tokens();
}
