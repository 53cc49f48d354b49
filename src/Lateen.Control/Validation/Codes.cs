namespace Lateen.Control.Validation;

/// <summary>The codes of the rules' findings; a code never changes its meaning.</summary>
public static class Codes
{
    public const string Required = "LTN0201";
    public const string InvalidHost = "LTN0202";
    public const string Duplicate = "LTN0203";
    public const string ExactlyOneAction = "LTN0204";
    public const string Weights = "LTN0205";
    public const string InvalidRegex = "LTN0206";
    public const string InvalidHeader = "LTN0207";
    public const string InvalidDuration = "LTN0208";
    public const string InvalidValue = "LTN0209";
    public const string InvalidName = "LTN0210";
    public const string NeverReached = "LTN0211";
    public const string Deprecated = "LTN0212";
    public const string NoEffect = "LTN0213";
    public const string UnknownGateway = "LTN0214";
}
