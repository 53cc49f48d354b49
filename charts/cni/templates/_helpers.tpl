{{- define "cni.labels" -}}
k8s-app: istio-cni-node
release: {{ .Release.Name }}
app.kubernetes.io/name: istio-cni
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "cni.image" -}}
{{- if contains "/" .Values.image -}}
{{ .Values.image }}
{{- else -}}
{{- $variant := default .Values.global.variant .Values.variant -}}
{{ default .Values.global.hub .Values.hub }}/{{ .Values.image }}:{{ default .Values.global.tag .Values.tag }}{{ if $variant }}-{{ $variant }}{{ end }}
{{- end -}}
{{- end }}
