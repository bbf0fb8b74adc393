namespace Pulse.Mqtt;

/// <summary>A finding in a <c>mosquitto.conf</c>.</summary>
/// <param name="Line">The line, from 1; 0 for what no line says.</param>
/// <param name="Code">What it is.</param>
/// <param name="Severity">An error lets somebody in, or everybody out; a warning loses messages or may surprise.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record MosquittoFinding(int Line, MosquittoFindingCode Code, AclSeverity Severity, string Message);
