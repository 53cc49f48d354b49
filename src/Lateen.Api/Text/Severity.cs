namespace Lateen.Api.Text;

/// <summary>How bad a finding is: an error rejects the object, a warning and a note do not.</summary>
public enum Severity
{
    Error,
    Warning,
    Info,
}
