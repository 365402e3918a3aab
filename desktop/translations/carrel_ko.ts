<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko">
  <context>
    <name>window</name>
    <message>
      <source> or </source>
      <translation> 또는 </translation>
    </message>
    <message>
      <source> · a page of this persona</source>
      <translation> · 이 페르소나의 페이지</translation>
    </message>
    <message>
      <source> · about {duration}</source>
      <translation> · 약 {duration}</translation>
    </message>
    <message>
      <source>, slow: {speed}</source>
      <translation>, 느림: {speed}</translation>
    </message>
    <message>
      <source>, {count} couldn't be read</source>
      <translation>, {count}개는 읽지 못함</translation>
    </message>
    <message numerus="yes">
      <source>, {count} marked lines</source>
      <translation>
        <numerusform>, 표시된 줄 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>. The next question loads it again</source>
      <translation>. 다음 질문에 다시 불러옵니다</translation>
    </message>
    <message>
      <source>0: the likeliest words; 2: the most surprising.</source>
      <translation>0: 가장 가능성 높은 단어, 2: 가장 의외의 단어.</translation>
    </message>
    <message>
      <source>1,024 tokens</source>
      <translation>1,024토큰</translation>
    </message>
    <message>
      <source>4,096 tokens</source>
      <translation>4,096토큰</translation>
    </message>
    <message>
      <source>A filter over their front matter; empty reads all.</source>
      <translation>프런트매터에 대한 필터. 비우면 모두 읽습니다.</translation>
    </message>
    <message>
      <source>A graphics card by {maker} is not used. To compile a llama.cpp that uses it: {command}</source>
      <translation>{maker} 그래픽 카드를 쓰지 않고 있습니다. 이를 쓰는 llama.cpp를 컴파일하려면: {command}</translation>
    </message>
    <message>
      <source>A hundred languages are possible: notes in any of them are then found by what they mean. Search works as before until all files are read again, and you can go back.</source>
      <translation>백 가지 언어가 가능합니다. 어느 언어로 쓴 메모든 뜻으로 찾을 수 있습니다. 모든 파일을 다시 읽을 때까지 검색은 지금처럼 작동하며, 되돌릴 수 있습니다.</translation>
    </message>
    <message>
      <source>A model writes answers in its own words, on this computer. Without one, Carrel answers with quotes.</source>
      <translation>모델은 이 컴퓨터에서 자기 말로 답변을 씁니다. 모델이 없으면 Carrel은 인용으로 답합니다.</translation>
    </message>
    <message>
      <source>About Carrel</source>
      <translation>Carrel 정보</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>추가</translation>
    </message>
    <message>
      <source>Add a condition  ▾</source>
      <translation>조건 추가  ▾</translation>
    </message>
    <message>
      <source>Add a folder</source>
      <translation>폴더 추가</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>폴더 추가…</translation>
    </message>
    <message>
      <source>Add a tool  ▾</source>
      <translation>도구 추가  ▾</translation>
    </message>
    <message>
      <source>Add all {count}</source>
      <translation>{count}개 모두 추가</translation>
    </message>
    <message>
      <source>Add all {count} folders of GPT4All</source>
      <translation>GPT4All 폴더 {count}개 모두 추가</translation>
    </message>
    <message>
      <source>Add files…</source>
      <translation>파일 추가…</translation>
    </message>
    <message>
      <source>Add folder…</source>
      <translation>폴더 추가…</translation>
    </message>
    <message>
      <source>Add to its knowledge</source>
      <translation>지식에 추가</translation>
    </message>
    <message>
      <source>Add {name}</source>
      <translation>{name} 추가</translation>
    </message>
    <message>
      <source>All</source>
      <translation>전체</translation>
    </message>
    <message>
      <source>All files, such as: difficulty = 'advanced' AND year &gt;= 2024</source>
      <translation>모든 파일, 예: difficulty = 'advanced' AND year &gt;= 2024</translation>
    </message>
    <message>
      <source>All personas</source>
      <translation>모든 페르소나</translation>
    </message>
    <message>
      <source>All personas…</source>
      <translation>모든 페르소나…</translation>
    </message>
    <message>
      <source>Allow</source>
      <translation>허용</translation>
    </message>
    <message>
      <source>An embedder finds passages by what they mean; a reranker then reads the best ones again. Another embedder reads all files anew while the present one answers.</source>
      <translation>임베더는 뜻으로 구절을 찾고, 리랭커는 가장 좋은 구절을 다시 읽습니다. 임베더를 바꾸면 지금 것이 답하는 동안 모든 파일을 다시 읽습니다.</translation>
    </message>
    <message>
      <source>Answer again</source>
      <translation>다시 답변</translation>
    </message>
    <message>
      <source>Answer again when done</source>
      <translation>끝나면 다시 답변</translation>
    </message>
    <message>
      <source>Answer at once, without thinking</source>
      <translation>생각하지 않고 바로 답하기</translation>
    </message>
    <message>
      <source>Answer by {persona}</source>
      <translation>{persona}의 답변</translation>
    </message>
    <message>
      <source>Answer cut off.</source>
      <translation>답변이 잘렸습니다.</translation>
    </message>
    <message>
      <source>Answer done.</source>
      <translation>답변이 끝났습니다.</translation>
    </message>
    <message>
      <source>Answer from</source>
      <translation>답변 범위</translation>
    </message>
    <message>
      <source>Answer from files</source>
      <translation>파일로 답변</translation>
    </message>
    <message>
      <source>Answer from files alone whose front matter says so, such as: difficulty = advanced</source>
      <translation>프런트매터가 조건에 맞는 파일로만 답합니다. 예: difficulty = advanced</translation>
    </message>
    <message>
      <source>Answer stopped.</source>
      <translation>답변을 중지했습니다.</translation>
    </message>
    <message>
      <source>Answered again, with all files read</source>
      <translation>모든 파일을 읽고 다시 답변함</translation>
    </message>
    <message>
      <source>Answers come from files whose front matter says so, in your folders and in the persona's pages. Compare with = != &lt; &gt; or has, and join with AND, OR and NOT.</source>
      <translation>내 폴더와 페르소나의 페이지 중 프런트매터가 조건에 맞는 파일로만 답합니다. = != &lt; &gt; has로 비교하고 AND, OR, NOT으로 잇습니다.</translation>
    </message>
    <message>
      <source>Answers come from the model alone, on this computer, and may be wrong. Your files are not read.</source>
      <translation>답변은 이 컴퓨터의 모델만으로 만들어 틀릴 수 있습니다. 파일은 읽지 않습니다.</translation>
    </message>
    <message>
      <source>Answers come from your files, on this computer. Check the sources.</source>
      <translation>답변은 이 컴퓨터에서 내 파일을 바탕으로 만듭니다. 출처를 확인하세요.</translation>
    </message>
    <message>
      <source>Any file</source>
      <translation>모든 파일</translation>
    </message>
    <message>
      <source>Apache License 2.0. The text face is Source Sans Pro, SIL Open Font License 1.1.</source>
      <translation>Apache License 2.0. 글꼴은 Source Sans Pro(SIL Open Font License 1.1)입니다.</translation>
    </message>
    <message>
      <source>As in the settings</source>
      <translation>설정대로</translation>
    </message>
    <message>
      <source>As the persona and the settings say</source>
      <translation>페르소나와 설정대로</translation>
    </message>
    <message>
      <source>Ask</source>
      <translation>질문하기</translation>
    </message>
    <message>
      <source>Ask Carrel</source>
      <translation>Carrel에 질문</translation>
    </message>
    <message>
      <source>Ask a question…</source>
      <translation>질문하기…</translation>
    </message>
    <message>
      <source>Ask about your own files</source>
      <translation>내 파일에 대해 질문하기</translation>
    </message>
    <message>
      <source>Ask your files</source>
      <translation>내 파일에 질문</translation>
    </message>
    <message>
      <source>Ask your own documents. Your files and questions stay on this computer.</source>
      <translation>내 문서에 질문하세요. 파일과 질문은 이 컴퓨터에만 있습니다.</translation>
    </message>
    <message>
      <source>Ask {name}…</source>
      <translation>{name}에게 질문…</translation>
    </message>
    <message>
      <source>Ask: {question}</source>
      <translation>질문: {question}</translation>
    </message>
    <message>
      <source>Ask…</source>
      <translation>질문…</translation>
    </message>
    <message>
      <source>Attach</source>
      <translation>첨부</translation>
    </message>
    <message>
      <source>Attach a folder</source>
      <translation>폴더 첨부</translation>
    </message>
    <message>
      <source>Attach files</source>
      <translation>파일 첨부</translation>
    </message>
    <message>
      <source>Attach files…</source>
      <translation>파일 첨부…</translation>
    </message>
    <message>
      <source>Attached: {name}, {state}</source>
      <translation>첨부됨: {name}, {state}</translation>
    </message>
    <message>
      <source>Attach…</source>
      <translation>첨부…</translation>
    </message>
    <message>
      <source>Auto</source>
      <translation>자동</translation>
    </message>
    <message>
      <source>Automatic</source>
      <translation>자동</translation>
    </message>
    <message>
      <source>Back to the chat</source>
      <translation>대화로 돌아가기</translation>
    </message>
    <message>
      <source>Back to the message</source>
      <translation>메시지로 돌아가기</translation>
    </message>
    <message>
      <source>Back to the personas</source>
      <translation>페르소나로 돌아가기</translation>
    </message>
    <message>
      <source>Back to the sources</source>
      <translation>출처로 돌아가기</translation>
    </message>
    <message>
      <source>Balanced</source>
      <translation>균형</translation>
    </message>
    <message>
      <source>Block</source>
      <translation>차단</translation>
    </message>
    <message>
      <source>Block every connection to other computers</source>
      <translation>다른 컴퓨터와의 모든 연결을 차단합니다</translation>
    </message>
    <message>
      <source>Bottleneck: {stage}, {duration}, {share:.0%}</source>
      <translation>병목: {stage}, {duration}, {share:.0%}</translation>
    </message>
    <message>
      <source>Cached</source>
      <translation>캐시됨</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>취소</translation>
    </message>
    <message>
      <source>Cannot be used</source>
      <translation>사용할 수 없음</translation>
    </message>
    <message>
      <source>Carrel answers again as soon as all files are read.</source>
      <translation>모든 파일을 읽는 대로 Carrel이 다시 답합니다.</translation>
    </message>
    <message>
      <source>Carrel can answer again once they are read.</source>
      <translation>파일을 다 읽으면 Carrel이 다시 답할 수 있습니다.</translation>
    </message>
    <message>
      <source>Carrel connects only when something you chose needs it.</source>
      <translation>Carrel은 선택한 기능에 필요할 때만 연결합니다.</translation>
    </message>
    <message>
      <source>Carrel in the tray</source>
      <translation>트레이의 Carrel</translation>
    </message>
    <message>
      <source>Carrel is offline.</source>
      <translation>Carrel이 오프라인입니다.</translation>
    </message>
    <message>
      <source>Carrel is offline. Go online to download models.</source>
      <translation>Carrel이 오프라인입니다. 모델을 받으려면 온라인으로 전환하세요.</translation>
    </message>
    <message>
      <source>Carrel keeps these folders indexed. It never changes your files.</source>
      <translation>Carrel은 이 폴더들의 색인을 최신으로 유지합니다. 파일은 절대 바꾸지 않습니다.</translation>
    </message>
    <message>
      <source>Carrel reads the documents in it and keeps up with changes. It never changes your files.</source>
      <translation>Carrel은 폴더의 문서를 읽고 변경 사항을 따라갑니다. 파일은 절대 바꾸지 않습니다.</translation>
    </message>
    <message>
      <source>Carrel runs on this computer. Every connection to another one is logged here before it opens: where it goes, why, and how much data passes, but never the data itself. What other programs ask of your files over MCP is listed too.</source>
      <translation>Carrel은 이 컴퓨터에서 실행됩니다. 다른 컴퓨터와의 모든 연결은 열리기 전에 어디로, 왜, 데이터가 얼마나 오가는지 여기에 기록되며, 데이터 자체는 기록되지 않습니다. 다른 프로그램이 MCP로 내 파일에 대해 묻는 것도 여기에 표시됩니다.</translation>
    </message>
    <message>
      <source>Categories</source>
      <translation>분류</translation>
    </message>
    <message>
      <source>Change the values</source>
      <translation>값 바꾸기</translation>
    </message>
    <message>
      <source>Changes are saved at once. What differs from its default can be reset.</source>
      <translation>변경 사항은 바로 저장됩니다. 기본값과 다른 것은 초기화할 수 있습니다.</translation>
    </message>
    <message>
      <source>Chat</source>
      <translation>대화</translation>
    </message>
    <message>
      <source>Chats</source>
      <translation>대화</translation>
    </message>
    <message>
      <source>Chats and drafts stay as they are.</source>
      <translation>대화와 작성 중인 글은 그대로 남습니다.</translation>
    </message>
    <message>
      <source>Checking the download…</source>
      <translation>다운로드 확인 중…</translation>
    </message>
    <message>
      <source>Checking this computer…</source>
      <translation>이 컴퓨터를 확인하는 중…</translation>
    </message>
    <message>
      <source>Choose a folder</source>
      <translation>폴더 선택</translation>
    </message>
    <message>
      <source>Choose a model file</source>
      <translation>모델 파일 선택</translation>
    </message>
    <message>
      <source>Choose a model folder</source>
      <translation>모델 폴더 선택</translation>
    </message>
    <message>
      <source>Choose a model…</source>
      <translation>모델 선택…</translation>
    </message>
    <message>
      <source>Choose another model</source>
      <translation>다른 모델 선택</translation>
    </message>
    <message>
      <source>Choose by the question</source>
      <translation>질문에 따라 선택</translation>
    </message>
    <message>
      <source>Choose…</source>
      <translation>선택…</translation>
    </message>
    <message>
      <source>Cited in the answer</source>
      <translation>답변에 인용됨</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>닫기</translation>
    </message>
    <message>
      <source>Close (Esc)</source>
      <translation>닫기(Esc)</translation>
    </message>
    <message>
      <source>Close the panel (F8)</source>
      <translation>패널 닫기(F8)</translation>
    </message>
    <message>
      <source>Close window</source>
      <translation>창 닫기</translation>
    </message>
    <message>
      <source>Combined: {score:.3f}</source>
      <translation>종합: {score:.3f}</translation>
    </message>
    <message numerus="yes">
      <source>Comes with {count} passages of its own knowledge</source>
      <translation>
        <numerusform>자체 지식 구절 {count}개가 들어 있습니다</numerusform>
      </translation>
    </message>
    <message>
      <source>Comfortable</source>
      <translation>여유롭게</translation>
    </message>
    <message>
      <source>Coming from GPT4All</source>
      <translation>GPT4All에서 옮겨 오기</translation>
    </message>
    <message>
      <source>Compact</source>
      <translation>촘촘하게</translation>
    </message>
    <message>
      <source>Compute buffers</source>
      <translation>연산 버퍼</translation>
    </message>
    <message>
      <source>Compute figures: a question that asks for one is answered by the tool.</source>
      <translation>수치를 계산합니다. 수치를 묻는 질문에는 도구가 답합니다.</translation>
    </message>
    <message>
      <source>Computed; no model was used</source>
      <translation>계산했습니다. 모델은 쓰지 않았습니다</translation>
    </message>
    <message>
      <source>Computed; no model was used.</source>
      <translation>계산했습니다. 모델은 쓰지 않았습니다.</translation>
    </message>
    <message>
      <source>Computes with {names}</source>
      <translation>{names}(으)로 계산합니다</translation>
    </message>
    <message>
      <source>Connecting…</source>
      <translation>연결하는 중…</translation>
    </message>
    <message>
      <source>Connections</source>
      <translation>연결</translation>
    </message>
    <message>
      <source>Connections, newest first</source>
      <translation>연결(최신 순)</translation>
    </message>
    <message>
      <source>Continue</source>
      <translation>계속</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>복사됨</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>복사</translation>
    </message>
    <message>
      <source>Copy answer as Markdown</source>
      <translation>답변을 Markdown으로 복사</translation>
    </message>
    <message>
      <source>Copy chat with sources</source>
      <translation>출처와 함께 대화 복사</translation>
    </message>
    <message>
      <source>Copy code</source>
      <translation>코드 복사</translation>
    </message>
    <message>
      <source>Copy details</source>
      <translation>정보 복사</translation>
    </message>
    <message>
      <source>Copy with sources</source>
      <translation>출처와 함께 복사</translation>
    </message>
    <message>
      <source>Copy with sources, export or print</source>
      <translation>출처와 함께 복사, 내보내기, 인쇄</translation>
    </message>
    <message>
      <source>Creative</source>
      <translation>창의적</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>어둡게</translation>
    </message>
    <message>
      <source>Del</source>
      <translation>Del</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>삭제</translation>
    </message>
    <message>
      <source>Delete	Del</source>
      <translation>삭제	Del</translation>
    </message>
    <message>
      <source>Delete for good</source>
      <translation>완전히 삭제</translation>
    </message>
    <message>
      <source>Delete the token</source>
      <translation>토큰 삭제</translation>
    </message>
    <message>
      <source>Delete {name}</source>
      <translation>{name} 삭제</translation>
    </message>
    <message>
      <source>Delete {what} for good?</source>
      <translation>{what}을(를) 완전히 삭제할까요?</translation>
    </message>
    <message>
      <source>Deleted chats (Ctrl+Shift+T)</source>
      <translation>삭제한 대화(Ctrl+Shift+T)</translation>
    </message>
    <message>
      <source>Deleted chats wait here for 30 days, or as long as trash_days in the settings says. Then they are erased for good, from the daily copies too.</source>
      <translation>삭제한 대화는 30일 동안, 또는 설정의 trash_days만큼 여기에 보관됩니다. 그 후 매일 만드는 사본에서도 완전히 지워집니다.</translation>
    </message>
    <message>
      <source>Deleted chats, the last one first</source>
      <translation>삭제한 대화(최근 순)</translation>
    </message>
    <message>
      <source>Density</source>
      <translation>간격</translation>
    </message>
    <message>
      <source>Discard</source>
      <translation>버리기</translation>
    </message>
    <message>
      <source>Discard changes</source>
      <translation>변경 사항 버리기</translation>
    </message>
    <message>
      <source>Discard the download of {name}</source>
      <translation>{name} 다운로드 버리기</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>닫기</translation>
    </message>
    <message>
      <source>Don't wait</source>
      <translation>기다리지 않기</translation>
    </message>
    <message>
      <source>Download</source>
      <translation>다운로드</translation>
    </message>
    <message>
      <source>Download a model…</source>
      <translation>모델 다운로드…</translation>
    </message>
    <message>
      <source>Drop a folder onto this window, or choose one.</source>
      <translation>폴더를 이 창에 끌어다 놓거나 선택하세요.</translation>
    </message>
    <message>
      <source>Drop folders or files</source>
      <translation>폴더나 파일을 놓으세요</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>편집</translation>
    </message>
    <message>
      <source>Edit and ask again</source>
      <translation>수정하고 다시 질문</translation>
    </message>
    <message>
      <source>Edit prompts…</source>
      <translation>프롬프트 편집…</translation>
    </message>
    <message>
      <source>Edit the last question</source>
      <translation>마지막 질문 수정</translation>
    </message>
    <message>
      <source>Edit {name}</source>
      <translation>{name} 편집</translation>
    </message>
    <message>
      <source>Editing an earlier question · Esc to leave</source>
      <translation>이전 질문을 수정하는 중 · Esc로 나가기</translation>
    </message>
    <message>
      <source>Empty</source>
      <translation>비어 있음</translation>
    </message>
    <message>
      <source>Empty the trash</source>
      <translation>휴지통 비우기</translation>
    </message>
    <message>
      <source>End</source>
      <translation>끝내기</translation>
    </message>
    <message>
      <source>End the processes that wait for files. The next file starts one again.</source>
      <translation>파일을 기다리는 프로세스를 끝냅니다. 다음 파일에서 다시 시작합니다.</translation>
    </message>
    <message>
      <source>Enter</source>
      <translation>Enter</translation>
    </message>
    <message>
      <source>Enter asks in a new chat. Esc closes.</source>
      <translation>Enter로 새 대화에서 질문합니다. Esc로 닫습니다.</translation>
    </message>
    <message>
      <source>Enter the key first.</source>
      <translation>먼저 키를 입력하세요.</translation>
    </message>
    <message>
      <source>Esc</source>
      <translation>Esc</translation>
    </message>
    <message>
      <source>Exact</source>
      <translation>정확</translation>
    </message>
    <message>
      <source>Export chat…</source>
      <translation>대화 내보내기…</translation>
    </message>
    <message>
      <source>Export persona</source>
      <translation>페르소나 내보내기</translation>
    </message>
    <message>
      <source>Export prompts</source>
      <translation>프롬프트 내보내기</translation>
    </message>
    <message>
      <source>Export with sources</source>
      <translation>출처와 함께 내보내기</translation>
    </message>
    <message>
      <source>Export…</source>
      <translation>내보내기…</translation>
    </message>
    <message>
      <source>Failed</source>
      <translation>실패</translation>
    </message>
    <message>
      <source>Fast</source>
      <translation>빠름</translation>
    </message>
    <message>
      <source>File</source>
      <translation>파일</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>파일</translation>
    </message>
    <message>
      <source>Files are copied, so that the persona and its knowledge can be exported as one file.</source>
      <translation>파일을 복사하므로 페르소나와 지식을 파일 하나로 내보낼 수 있습니다.</translation>
    </message>
    <message>
      <source>Files that are not read yet: answers may miss what is in them. Click for the folders.</source>
      <translation>아직 읽지 않은 파일입니다. 답변에 그 내용이 빠질 수 있습니다. 클릭하면 폴더를 봅니다.</translation>
    </message>
    <message>
      <source>Files…</source>
      <translation>파일…</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>필터</translation>
    </message>
    <message>
      <source>Find in this chat</source>
      <translation>이 대화에서 찾기</translation>
    </message>
    <message>
      <source>Find in this chat or source</source>
      <translation>이 대화나 출처에서 찾기</translation>
    </message>
    <message>
      <source>Find in this source</source>
      <translation>이 출처에서 찾기</translation>
    </message>
    <message>
      <source>Find in this source (Ctrl+F)</source>
      <translation>이 출처에서 찾기(Ctrl+F)</translation>
    </message>
    <message>
      <source>First token</source>
      <translation>첫 토큰</translation>
    </message>
    <message>
      <source>Fit the page's width (0)</source>
      <translation>페이지 너비에 맞춤(0)</translation>
    </message>
    <message>
      <source>Fits this computer{pace}</source>
      <translation>이 컴퓨터에 맞음{pace}</translation>
    </message>
    <message>
      <source>Folder not found; its drive may be disconnected. Files indexed before can still be searched.</source>
      <translation>폴더를 찾을 수 없습니다. 드라이브 연결이 끊겼을 수 있습니다. 전에 색인한 파일은 계속 검색할 수 있습니다.</translation>
    </message>
    <message>
      <source>Folders</source>
      <translation>폴더</translation>
    </message>
    <message>
      <source>Folders are kept up to date. Single files are copied into Carrel.</source>
      <translation>폴더는 최신 상태로 유지됩니다. 낱개 파일은 Carrel로 복사됩니다.</translation>
    </message>
    <message>
      <source>Folder…</source>
      <translation>폴더…</translation>
    </message>
    <message>
      <source>For the server above. It is kept in the system's keyring.</source>
      <translation>위 서버에 쓰며 시스템 키링에 보관합니다.</translation>
    </message>
    <message>
      <source>Forget the quotes</source>
      <translation>인용 잊기</translation>
    </message>
    <message>
      <source>Forgotten, as its file was removed.</source>
      <translation>파일이 제거되어 잊었습니다.</translation>
    </message>
    <message>
      <source>Formatted</source>
      <translation>서식 보기</translation>
    </message>
    <message>
      <source>Formatted text of the file</source>
      <translation>파일의 서식 있는 텍스트</translation>
    </message>
    <message>
      <source>Found on this computer</source>
      <translation>이 컴퓨터에서 찾음</translation>
    </message>
    <message>
      <source>Free its memory. Choose it again to use it.</source>
      <translation>메모리를 비웁니다. 쓰려면 다시 선택하세요.</translation>
    </message>
    <message>
      <source>Free its memory. The next question loads it again.</source>
      <translation>메모리를 비웁니다. 다음 질문에 다시 불러옵니다.</translation>
    </message>
    <message>
      <source>Free its memory. The next search loads it again.</source>
      <translation>메모리를 비웁니다. 다음 검색에 다시 불러옵니다.</translation>
    </message>
    <message>
      <source>From {places}</source>
      <translation>{places}에서</translation>
    </message>
    <message>
      <source>Front matter</source>
      <translation>프런트매터</translation>
    </message>
    <message>
      <source>GGUF models (*.gguf)</source>
      <translation>GGUF 모델(*.gguf)</translation>
    </message>
    <message>
      <source>GPU memory</source>
      <translation>GPU 메모리</translation>
    </message>
    <message>
      <source>GPU use</source>
      <translation>GPU 사용률</translation>
    </message>
    <message>
      <source>Generation</source>
      <translation>생성</translation>
    </message>
    <message>
      <source>Get a model</source>
      <translation>모델 받기</translation>
    </message>
    <message>
      <source>Getting ready…</source>
      <translation>준비하는 중…</translation>
    </message>
    <message>
      <source>Getting the model of search</source>
      <translation>검색 모델을 받는 중</translation>
    </message>
    <message>
      <source>Give it a name.</source>
      <translation>이름을 지어 주세요.</translation>
    </message>
    <message>
      <source>Gives orders to a model</source>
      <translation>모델에 지시를 내립니다</translation>
    </message>
    <message>
      <source>Go back</source>
      <translation>되돌리기</translation>
    </message>
    <message>
      <source>Go online</source>
      <translation>온라인으로 전환</translation>
    </message>
    <message>
      <source>Go to</source>
      <translation>이동</translation>
    </message>
    <message>
      <source>Go to the question box</source>
      <translation>질문 상자로 이동</translation>
    </message>
    <message>
      <source>Going back</source>
      <translation>되돌리는 중</translation>
    </message>
    <message>
      <source>Higher scores are better.</source>
      <translation>점수가 높을수록 좋습니다.</translation>
    </message>
    <message>
      <source>Home: {home}</source>
      <translation>홈: {home}</translation>
    </message>
    <message>
      <source>How it writes</source>
      <translation>쓰는 방식</translation>
    </message>
    <message>
      <source>How the model writes</source>
      <translation>모델이 쓰는 방식</translation>
    </message>
    <message>
      <source>If it finds less than before, go back: nothing has to be read again for that.</source>
      <translation>전보다 적게 찾으면 되돌리세요. 다시 읽을 필요가 없습니다.</translation>
    </message>
    <message>
      <source>Import persona</source>
      <translation>페르소나 가져오기</translation>
    </message>
    <message>
      <source>Import prompts</source>
      <translation>프롬프트 가져오기</translation>
    </message>
    <message>
      <source>Import…</source>
      <translation>가져오기…</translation>
    </message>
    <message>
      <source>In tokens, 1 to 32768.</source>
      <translation>토큰 수, 1~32768.</translation>
    </message>
    <message>
      <source>In use</source>
      <translation>사용 중</translation>
    </message>
    <message>
      <source>Include again</source>
      <translation>다시 포함</translation>
    </message>
    <message>
      <source>Include hidden and sensitive files</source>
      <translation>숨김 및 민감한 파일 포함</translation>
    </message>
    <message>
      <source>Index</source>
      <translation>색인</translation>
    </message>
    <message>
      <source>Indexed</source>
      <translation>색인됨</translation>
    </message>
    <message numerus="yes">
      <source>It cites {count} sources.</source>
      <translation>
        <numerusform>출처 {count}개를 인용합니다.</numerusform>
      </translation>
    </message>
    <message>
      <source>Its answer to them</source>
      <translation>그 주제에 대한 답변</translation>
    </message>
    <message>
      <source>Its links and buttons</source>
      <translation>메시지의 링크와 버튼</translation>
    </message>
    <message>
      <source>Jump to latest</source>
      <translation>최신으로 이동</translation>
    </message>
    <message>
      <source>Key</source>
      <translation>키</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>키보드 단축키</translation>
    </message>
    <message>
      <source>Keywords</source>
      <translation>키워드</translation>
    </message>
    <message>
      <source>Knowledge</source>
      <translation>지식</translation>
    </message>
    <message>
      <source>Knows my garden and its plants.</source>
      <translation>내 정원과 식물을 잘 압니다.</translation>
    </message>
    <message>
      <source>Larger (+)</source>
      <translation>크게(+)</translation>
    </message>
    <message>
      <source>Last hour</source>
      <translation>최근 1시간</translation>
    </message>
    <message>
      <source>Latency</source>
      <translation>빠른 답변</translation>
    </message>
    <message>
      <source>Later: answer with quotes</source>
      <translation>나중에: 인용으로 답변</translation>
    </message>
    <message>
      <source>Later: answers are quotes. Choose a model at the top right at any time.</source>
      <translation>나중에: 인용으로 답합니다. 오른쪽 위에서 언제든 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>제외</translation>
    </message>
    <message>
      <source>Leave the question as it is (Esc)</source>
      <translation>질문을 그대로 두기(Esc)</translation>
    </message>
    <message>
      <source>Left and Right</source>
      <translation>왼쪽, 오른쪽 화살표</translation>
    </message>
    <message>
      <source>Let the model go on with this answer</source>
      <translation>모델이 이 답변을 이어 쓰게 합니다</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>밝게</translation>
    </message>
    <message>
      <source>Light, dark, or as the system is.</source>
      <translation>밝게, 어둡게 또는 시스템과 같게.</translation>
    </message>
    <message>
      <source>Lists</source>
      <translation>목록</translation>
    </message>
    <message>
      <source>Loading {model}… {percent} %</source>
      <translation>{model} 불러오는 중… {percent} %</translation>
    </message>
    <message>
      <source>Looking at this computer…</source>
      <translation>이 컴퓨터를 살펴보는 중…</translation>
    </message>
    <message>
      <source>Looking for changes…</source>
      <translation>변경 사항을 찾는 중…</translation>
    </message>
    <message>
      <source>Looking for models…</source>
      <translation>모델을 찾는 중…</translation>
    </message>
    <message>
      <source>Markdown (*.md)</source>
      <translation>Markdown(*.md)</translation>
    </message>
    <message>
      <source>Markdown (*.md);;PDF (*.pdf);;Word (*.docx);;Web page (*.html);;JSON (*.json)</source>
      <translation>Markdown (*.md);;PDF (*.pdf);;Word (*.docx);;웹 페이지 (*.html);;JSON (*.json)</translation>
    </message>
    <message>
      <source>Mask</source>
      <translation>가리기</translation>
    </message>
    <message>
      <source>Meaning</source>
      <translation>의미</translation>
    </message>
    <message>
      <source>Memory</source>
      <translation>메모리</translation>
    </message>
    <message>
      <source>Menu (F10)</source>
      <translation>메뉴(F10)</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>메시지</translation>
    </message>
    <message>
      <source>Model processes</source>
      <translation>모델 프로세스</translation>
    </message>
    <message>
      <source>Model that writes the answers</source>
      <translation>답변을 쓰는 모델</translation>
    </message>
    <message>
      <source>Model weights</source>
      <translation>모델 가중치</translation>
    </message>
    <message>
      <source>Model's window</source>
      <translation>모델 컨텍스트</translation>
    </message>
    <message>
      <source>Models in memory</source>
      <translation>메모리에 있는 모델</translation>
    </message>
    <message>
      <source>Models of search</source>
      <translation>검색 모델</translation>
    </message>
    <message>
      <source>More actions</source>
      <translation>추가 작업</translation>
    </message>
    <message>
      <source>More actions for {name}</source>
      <translation>{name} 추가 작업</translation>
    </message>
    <message>
      <source>More chat models</source>
      <translation>다른 대화 모델</translation>
    </message>
    <message>
      <source>More models</source>
      <translation>다른 모델</translation>
    </message>
    <message>
      <source>More models…</source>
      <translation>다른 모델…</translation>
    </message>
    <message>
      <source>Move to folder</source>
      <translation>폴더로 이동</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>이름</translation>
    </message>
    <message>
      <source>New</source>
      <translation>새로 만들기</translation>
    </message>
    <message>
      <source>New chat</source>
      <translation>새 대화</translation>
    </message>
    <message>
      <source>New folder</source>
      <translation>새 폴더</translation>
    </message>
    <message>
      <source>New line</source>
      <translation>줄 바꿈</translation>
    </message>
    <message>
      <source>New persona</source>
      <translation>새 페르소나</translation>
    </message>
    <message>
      <source>Next answer</source>
      <translation>다음 답변</translation>
    </message>
    <message>
      <source>Next hit (Enter)</source>
      <translation>다음 결과(Enter)</translation>
    </message>
    <message>
      <source>Next or previous message</source>
      <translation>다음 또는 이전 메시지</translation>
    </message>
    <message>
      <source>Next page (→)</source>
      <translation>다음 페이지(→)</translation>
    </message>
    <message>
      <source>Next quote of the answer</source>
      <translation>답변의 다음 인용</translation>
    </message>
    <message>
      <source>No answer yet</source>
      <translation>아직 답변 없음</translation>
    </message>
    <message>
      <source>No connections yet. Nothing has left this computer.</source>
      <translation>아직 연결이 없습니다. 이 컴퓨터 밖으로 나간 것이 없습니다.</translation>
    </message>
    <message>
      <source>No file has front matter yet: a block between two lines of --- at its head.</source>
      <translation>프런트매터(맨 앞의 --- 두 줄 사이 블록)가 있는 파일이 아직 없습니다.</translation>
    </message>
    <message>
      <source>No files: the model alone</source>
      <translation>파일 없음: 모델만</translation>
    </message>
    <message>
      <source>No folder</source>
      <translation>폴더 없음</translation>
    </message>
    <message>
      <source>No folders yet. Add one, or drop it onto this window.</source>
      <translation>아직 폴더가 없습니다. 추가하거나 이 창에 끌어다 놓으세요.</translation>
    </message>
    <message>
      <source>No matching chats.</source>
      <translation>일치하는 대화가 없습니다.</translation>
    </message>
    <message>
      <source>No model: answer with quotes</source>
      <translation>모델 없음: 인용으로 답변</translation>
    </message>
    <message>
      <source>No models found on this computer</source>
      <translation>이 컴퓨터에서 모델을 찾지 못했습니다</translation>
    </message>
    <message>
      <source>No pages of its own.</source>
      <translation>자체 페이지가 없습니다.</translation>
    </message>
    <message>
      <source>No permission to read this folder. Allow it in your file manager, then try again.</source>
      <translation>이 폴더를 읽을 권한이 없습니다. 파일 관리자에서 허용한 뒤 다시 시도하세요.</translation>
    </message>
    <message>
      <source>No persona fits. Try other words, or make a new one.</source>
      <translation>맞는 페르소나가 없습니다. 다른 단어로 찾거나 새로 만드세요.</translation>
    </message>
    <message>
      <source>No search yet</source>
      <translation>아직 검색 없음</translation>
    </message>
    <message>
      <source>No setting is about that.</source>
      <translation>그에 관한 설정이 없습니다.</translation>
    </message>
    <message>
      <source>Nobody can open them without it: a passphrase that is forgotten cannot be replaced.</source>
      <translation>암호 없이는 아무도 열 수 없으며, 잊어버린 암호는 되찾을 수 없습니다.</translation>
    </message>
    <message>
      <source>None</source>
      <translation>없음</translation>
    </message>
    <message>
      <source>None, such as: estimate_cost</source>
      <translation>없음, 예: estimate_cost</translation>
    </message>
    <message>
      <source>Not answered</source>
      <translation>답변 없음</translation>
    </message>
    <message>
      <source>Not found</source>
      <translation>찾을 수 없음</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>비고</translation>
    </message>
    <message>
      <source>Nothing of it is kept, and this can't be undone.</source>
      <translation>아무것도 남지 않으며 되돌릴 수 없습니다.</translation>
    </message>
    <message>
      <source>Nothing relevant was found in the files read so far.</source>
      <translation>지금까지 읽은 파일에서 관련 내용을 찾지 못했습니다.</translation>
    </message>
    <message>
      <source>Nothing relevant was found.</source>
      <translation>관련 내용을 찾지 못했습니다.</translation>
    </message>
    <message>
      <source>Nothing was found in your files.</source>
      <translation>내 파일에서 찾지 못했습니다.</translation>
    </message>
    <message>
      <source>Now {amount}</source>
      <translation>현재 {amount}</translation>
    </message>
    <message>
      <source>Now {value}</source>
      <translation>현재 {value}</translation>
    </message>
    <message>
      <source>Of everything: text, icons and fields. Ctrl+Plus, Ctrl+Minus.</source>
      <translation>글자, 아이콘, 입력란 모두. Ctrl+더하기, Ctrl+빼기.</translation>
    </message>
    <message>
      <source>Of lists: compact shows more rows.</source>
      <translation>목록의 간격. 촘촘하게 하면 더 많은 줄이 보입니다.</translation>
    </message>
    <message>
      <source>Of the models in memory, the smallest answers simple questions, the biggest those that ask for reasons, and none on a server those with personal data</source>
      <translation>메모리에 있는 모델 중 가장 작은 모델이 간단한 질문에, 가장 큰 모델이 이유를 묻는 질문에 답하며, 개인정보가 있는 질문은 서버로 보내지 않습니다</translation>
    </message>
    <message>
      <source>Off</source>
      <translation>끔</translation>
    </message>
    <message>
      <source>Off: a model answers from what it knows, and no file is read.</source>
      <translation>끔: 모델이 아는 것으로 답하며 파일은 읽지 않습니다.</translation>
    </message>
    <message>
      <source>Offline</source>
      <translation>오프라인</translation>
    </message>
    <message>
      <source>Offline: Carrel blocks every connection to other computers.</source>
      <translation>오프라인: Carrel이 다른 컴퓨터와의 모든 연결을 차단합니다.</translation>
    </message>
    <message>
      <source>On</source>
      <translation>켬</translation>
    </message>
    <message>
      <source>On this computer already</source>
      <translation>이미 이 컴퓨터에 있음</translation>
    </message>
    <message>
      <source>Only files with</source>
      <translation>다음 파일만</translation>
    </message>
    <message>
      <source>Only files with…</source>
      <translation>다음 조건의 파일만…</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>열기</translation>
    </message>
    <message>
      <source>Open Carrel</source>
      <translation>Carrel 열기</translation>
    </message>
    <message>
      <source>Open a GGUF file…</source>
      <translation>GGUF 파일 열기…</translation>
    </message>
    <message>
      <source>Open a link or source</source>
      <translation>링크나 출처 열기</translation>
    </message>
    <message>
      <source>Open a safetensors folder…</source>
      <translation>safetensors 폴더 열기…</translation>
    </message>
    <message>
      <source>Open file</source>
      <translation>파일 열기</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>폴더 열기</translation>
    </message>
    <message>
      <source>Open logs</source>
      <translation>로그 열기</translation>
    </message>
    <message>
      <source>Open models, most from Hugging Face. Downloads continue when this window is closed. A finished download is checked, then used.</source>
      <translation>공개 모델이며 대부분 Hugging Face에서 받습니다. 창을 닫아도 다운로드는 계속됩니다. 다운로드가 끝나면 확인한 뒤 사용합니다.</translation>
    </message>
    <message>
      <source>Open settings.toml</source>
      <translation>settings.toml 열기</translation>
    </message>
    <message>
      <source>Open the home folder</source>
      <translation>홈 폴더 열기</translation>
    </message>
    <message>
      <source>Open the menu</source>
      <translation>메뉴 열기</translation>
    </message>
    <message>
      <source>Open this link in your browser?</source>
      <translation>이 링크를 브라우저에서 열까요?</translation>
    </message>
    <message>
      <source>Open your desk</source>
      <translation>책상 열기</translation>
    </message>
    <message>
      <source>Opening {loading}…</source>
      <translation>{loading} 여는 중…</translation>
    </message>
    <message>
      <source>Opening …</source>
      <translation>여는 중 …</translation>
    </message>
    <message>
      <source>Page</source>
      <translation>페이지</translation>
    </message>
    <message>
      <source>Page of the file</source>
      <translation>파일의 페이지</translation>
    </message>
    <message>
      <source>Page {page} of {pages}</source>
      <translation>{page}/{pages}페이지</translation>
    </message>
    <message>
      <source>Parked KV cache</source>
      <translation>보관 중인 KV 캐시</translation>
    </message>
    <message>
      <source>Passages</source>
      <translation>구절</translation>
    </message>
    <message>
      <source>Passages  ↑</source>
      <translation>구절  ↑</translation>
    </message>
    <message>
      <source>Passphrase</source>
      <translation>암호</translation>
    </message>
    <message>
      <source>Pasted image {when}.png</source>
      <translation>붙여넣은 이미지 {when}.png</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>일시 중지</translation>
    </message>
    <message>
      <source>Paused</source>
      <translation>일시 중지됨</translation>
    </message>
    <message>
      <source>Paused  ·  {size}</source>
      <translation>일시 중지됨  ·  {size}</translation>
    </message>
    <message>
      <source>Performance</source>
      <translation>성능</translation>
    </message>
    <message>
      <source>Personas</source>
      <translation>페르소나</translation>
    </message>
    <message>
      <source>Personas (*.zip)</source>
      <translation>페르소나(*.zip)</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>그림</translation>
    </message>
    <message>
      <source>Pin</source>
      <translation>고정</translation>
    </message>
    <message>
      <source>Pin to the top</source>
      <translation>맨 위에 고정</translation>
    </message>
    <message>
      <source>Pinned</source>
      <translation>고정됨</translation>
    </message>
    <message>
      <source>Preparing its own knowledge. {progress}</source>
      <translation>자체 지식을 준비하는 중. {progress}</translation>
    </message>
    <message>
      <source>Preparing {persona}'s own knowledge first. {progress}</source>
      <translation>먼저 {persona}의 자체 지식을 준비합니다. {progress}</translation>
    </message>
    <message>
      <source>Preview of its empty chat</source>
      <translation>빈 대화 미리 보기</translation>
    </message>
    <message>
      <source>Previous 7 days</source>
      <translation>지난 7일</translation>
    </message>
    <message>
      <source>Previous answer</source>
      <translation>이전 답변</translation>
    </message>
    <message>
      <source>Previous hit (Shift+Enter)</source>
      <translation>이전 결과(Shift+Enter)</translation>
    </message>
    <message>
      <source>Previous page (←)</source>
      <translation>이전 페이지(←)</translation>
    </message>
    <message>
      <source>Previous quote of the answer</source>
      <translation>답변의 이전 인용</translation>
    </message>
    <message>
      <source>Print chat…</source>
      <translation>대화 인쇄…</translation>
    </message>
    <message>
      <source>Print…</source>
      <translation>인쇄…</translation>
    </message>
    <message>
      <source>Prompt</source>
      <translation>프롬프트</translation>
    </message>
    <message>
      <source>Prompts</source>
      <translation>프롬프트</translation>
    </message>
    <message>
      <source>Question box</source>
      <translation>질문 상자</translation>
    </message>
    <message>
      <source>Questions and the passages found for them are sent to {server}. Check the sources.</source>
      <translation>질문과 찾은 구절을 {server}(으)로 보냅니다. 출처를 확인하세요.</translation>
    </message>
    <message>
      <source>Questions are sent to {server}. Your files are not read.</source>
      <translation>질문을 {server}(으)로 보냅니다. 파일은 읽지 않습니다.</translation>
    </message>
    <message>
      <source>Questions to begin with, one a line.</source>
      <translation>처음에 물어볼 질문, 한 줄에 하나씩.</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>종료</translation>
    </message>
    <message>
      <source>Quote {number} of {count}</source>
      <translation>인용 {number}/{count}</translation>
    </message>
    <message>
      <source>Quotes only</source>
      <translation>인용만</translation>
    </message>
    <message>
      <source>Quotes only: {route}.</source>
      <translation>인용만: {route}.</translation>
    </message>
    <message>
      <source>Quotes only; no model was used.</source>
      <translation>인용만 했습니다. 모델은 쓰지 않았습니다.</translation>
    </message>
    <message>
      <source>Quotes, word for word; no model was used</source>
      <translation>원문 그대로 인용했습니다. 모델은 쓰지 않았습니다</translation>
    </message>
    <message>
      <source>Read again</source>
      <translation>다시 읽기</translation>
    </message>
    <message>
      <source>Read for a question, 1 to 20; empty: 6.</source>
      <translation>질문마다 읽는 수, 1~20. 비우면 6.</translation>
    </message>
    <message>
      <source>Read my files in more languages</source>
      <translation>더 많은 언어로 내 파일 읽기</translation>
    </message>
    <message>
      <source>Read {done} of {total} files</source>
      <translation>파일 {total}개 중 {done}개 읽음</translation>
    </message>
    <message>
      <source>Read, not cited</source>
      <translation>읽었지만 인용하지 않음</translation>
    </message>
    <message>
      <source>Reading files</source>
      <translation>파일 읽기</translation>
    </message>
    <message>
      <source>Reading is paused. Resume it on the Folders page to have {names} read.</source>
      <translation>읽기가 일시 중지되었습니다. {names}을(를) 읽으려면 폴더 페이지에서 다시 시작하세요.</translation>
    </message>
    <message>
      <source>Reading on…</source>
      <translation>더 읽는 중…</translation>
    </message>
    <message>
      <source>Reading your files anew for search</source>
      <translation>검색을 위해 파일을 다시 읽는 중</translation>
    </message>
    <message numerus="yes">
      <source>Reading {count} passages…</source>
      <translation>
        <numerusform>구절 {count}개를 읽는 중…</numerusform>
      </translation>
    </message>
    <message>
      <source>Reading {names}…</source>
      <translation>{names} 읽는 중…</translation>
    </message>
    <message>
      <source>Reading {read} of {total} tokens</source>
      <translation>토큰 {total}개 중 {read}개 읽는 중</translation>
    </message>
    <message>
      <source>Reads no files</source>
      <translation>파일을 읽지 않음</translation>
    </message>
    <message>
      <source>Reads only files with {where}</source>
      <translation>{where}인 파일만 읽습니다</translation>
    </message>
    <message>
      <source>Reads your folders only</source>
      <translation>내 폴더만 읽음</translation>
    </message>
    <message>
      <source>Recent</source>
      <translation>최근</translation>
    </message>
    <message>
      <source>Recommended</source>
      <translation>추천</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>새로 고침</translation>
    </message>
    <message>
      <source>Refuse</source>
      <translation>거부</translation>
    </message>
    <message>
      <source>Relevance {percent}</source>
      <translation>관련도 {percent}</translation>
    </message>
    <message>
      <source>Remember on this computer</source>
      <translation>이 컴퓨터에서 기억하기</translation>
    </message>
    <message>
      <source>Remove folder, keep its chats</source>
      <translation>폴더만 제거하고 대화는 유지</translation>
    </message>
    <message>
      <source>Remove {folder}</source>
      <translation>{folder} 제거</translation>
    </message>
    <message>
      <source>Remove {name}</source>
      <translation>{name} 제거</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>이름 바꾸기</translation>
    </message>
    <message>
      <source>Rename	F2</source>
      <translation>이름 바꾸기	F2</translation>
    </message>
    <message>
      <source>Rename folder</source>
      <translation>폴더 이름 바꾸기</translation>
    </message>
    <message>
      <source>Reranked {count}</source>
      <translation>리랭킹 {count}</translation>
    </message>
    <message>
      <source>Reranker: {score:.2f}</source>
      <translation>리랭커: {score:.2f}</translation>
    </message>
    <message>
      <source>Reset zoom</source>
      <translation>확대/축소 초기화</translation>
    </message>
    <message>
      <source>Reset {title} to {value}</source>
      <translation>{title}을(를) {value}(으)로 초기화</translation>
    </message>
    <message>
      <source>Restart Carrel</source>
      <translation>Carrel 다시 시작</translation>
    </message>
    <message>
      <source>Restart now</source>
      <translation>지금 다시 시작</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>복원</translation>
    </message>
    <message>
      <source>Resume</source>
      <translation>다시 시작</translation>
    </message>
    <message>
      <source>Retry</source>
      <translation>다시 시도</translation>
    </message>
    <message>
      <source>Return to the built-in one</source>
      <translation>기본 페르소나로 되돌리기</translation>
    </message>
    <message>
      <source>Same as system</source>
      <translation>시스템과 같게</translation>
    </message>
    <message>
      <source>Save</source>
      <translation>저장</translation>
    </message>
    <message>
      <source>Save and try</source>
      <translation>저장하고 써 보기</translation>
    </message>
    <message>
      <source>Save it as a file, and attach that.</source>
      <translation>파일로 저장한 뒤 첨부하세요.</translation>
    </message>
    <message>
      <source>Save the text as a prompt…</source>
      <translation>입력한 글을 프롬프트로 저장…</translation>
    </message>
    <message>
      <source>Saved {name}</source>
      <translation>{name} 저장됨</translation>
    </message>
    <message>
      <source>Say in one sentence what it answers.</source>
      <translation>무엇에 답하는지 한 문장으로 쓰세요.</translation>
    </message>
    <message>
      <source>Scores of source {number}</source>
      <translation>출처 {number}의 점수</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>스크롤</translation>
    </message>
    <message>
      <source>Search Hugging Face, or enter OWNER/MODEL:QUANTIZATION</source>
      <translation>Hugging Face 검색 또는 OWNER/MODEL:QUANTIZATION 입력</translation>
    </message>
    <message>
      <source>Search files and reasons</source>
      <translation>파일과 사유 검색</translation>
    </message>
    <message>
      <source>Search folders</source>
      <translation>폴더 검색</translation>
    </message>
    <message>
      <source>Search goes by words alone</source>
      <translation>지금은 단어로만 검색합니다</translation>
    </message>
    <message>
      <source>Search personas</source>
      <translation>페르소나 검색</translation>
    </message>
    <message>
      <source>Search personas and chats</source>
      <translation>페르소나와 대화 검색</translation>
    </message>
    <message>
      <source>Search reads your files with another model now</source>
      <translation>이제 검색이 다른 모델로 파일을 읽습니다</translation>
    </message>
    <message>
      <source>Search settings</source>
      <translation>설정 검색</translation>
    </message>
    <message>
      <source>Search total</source>
      <translation>검색 합계</translation>
    </message>
    <message>
      <source>Search understands English only</source>
      <translation>검색이 영어만 이해합니다</translation>
    </message>
    <message>
      <source>Search works as before meanwhile.</source>
      <translation>그동안 검색은 그대로 작동합니다.</translation>
    </message>
    <message>
      <source>Search works as before until this is done.</source>
      <translation>끝날 때까지 검색은 지금처럼 작동합니다.</translation>
    </message>
    <message>
      <source>Send</source>
      <translation>보내기</translation>
    </message>
    <message>
      <source>Send (Enter)</source>
      <translation>보내기(Enter)</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>설정</translation>
    </message>
    <message>
      <source>Settings (Ctrl+,)</source>
      <translation>설정(Ctrl+,)</translation>
    </message>
    <message>
      <source>Share of the prompt that is read</source>
      <translation>읽은 프롬프트의 비율</translation>
    </message>
    <message>
      <source>Shift+Enter</source>
      <translation>Shift+Enter</translation>
    </message>
    <message>
      <source>Shift+F10</source>
      <translation>Shift+F10</translation>
    </message>
    <message>
      <source>Shortcuts</source>
      <translation>단축키</translation>
    </message>
    <message>
      <source>Show files</source>
      <translation>파일 보기</translation>
    </message>
    <message>
      <source>Show folders</source>
      <translation>폴더 보기</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>폴더에서 보기</translation>
    </message>
    <message>
      <source>Show or hide the side panel</source>
      <translation>사이드 패널 표시/숨기기</translation>
    </message>
    <message>
      <source>Show or hide the side panel (F8)</source>
      <translation>사이드 패널 표시/숨기기(F8)</translation>
    </message>
    <message>
      <source>Show or hide the sidebar</source>
      <translation>사이드바 표시/숨기기</translation>
    </message>
    <message>
      <source>Show or hide the sidebar (F9)</source>
      <translation>사이드바 표시/숨기기(F9)</translation>
    </message>
    <message>
      <source>Show performance</source>
      <translation>성능 보기</translation>
    </message>
    <message>
      <source>Show the folder</source>
      <translation>폴더 보기</translation>
    </message>
    <message>
      <source>Show these steps no more</source>
      <translation>이 단계를 더 이상 표시하지 않음</translation>
    </message>
    <message>
      <source>Show unread files</source>
      <translation>읽지 않은 파일 보기</translation>
    </message>
    <message>
      <source>Showing the newest {shown} of {total}. Run `carrel connections` in a terminal to see them all.</source>
      <translation>전체 {total}개 중 최신 {shown}개를 표시합니다. 모두 보려면 터미널에서 `carrel connections`를 실행하세요.</translation>
    </message>
    <message>
      <source>Side panel</source>
      <translation>사이드 패널</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>크기</translation>
    </message>
    <message>
      <source>Skip</source>
      <translation>건너뛰기</translation>
    </message>
    <message>
      <source>Skip the first steps</source>
      <translation>첫 단계 건너뛰기</translation>
    </message>
    <message>
      <source>Skipped</source>
      <translation>건너뜀</translation>
    </message>
    <message>
      <source>Slower on battery</source>
      <translation>배터리 사용 중이라 느림</translation>
    </message>
    <message>
      <source>Small, to try out</source>
      <translation>작은 체험용</translation>
    </message>
    <message>
      <source>Smaller (-)</source>
      <translation>작게(-)</translation>
    </message>
    <message>
      <source>Some models ask you to accept their terms first. Your token shows that you did; the keyring keeps it.</source>
      <translation>일부 모델은 먼저 약관에 동의해야 합니다. 토큰으로 동의했음을 보이며, 토큰은 키링에 보관됩니다.</translation>
    </message>
    <message>
      <source>Source {number}: {place}</source>
      <translation>출처 {number}: {place}</translation>
    </message>
    <message>
      <source>Sources</source>
      <translation>출처</translation>
    </message>
    <message>
      <source>Starters</source>
      <translation>시작 질문</translation>
    </message>
    <message>
      <source>State</source>
      <translation>상태</translation>
    </message>
    <message>
      <source>State of the folder</source>
      <translation>폴더 상태</translation>
    </message>
    <message>
      <source>Stay here when the window is closed</source>
      <translation>창을 닫아도 여기에 유지</translation>
    </message>
    <message>
      <source>Step {number}: {title}</source>
      <translation>{number}단계: {title}</translation>
    </message>
    <message>
      <source>Step {number}: {title}, {state}</source>
      <translation>{number}단계: {title}, {state}</translation>
    </message>
    <message>
      <source>Stop (Esc)</source>
      <translation>중지(Esc)</translation>
    </message>
    <message>
      <source>Stop the answer</source>
      <translation>답변 중지</translation>
    </message>
    <message>
      <source>Stop watching</source>
      <translation>감시 중지</translation>
    </message>
    <message>
      <source>Stop watching {name}</source>
      <translation>{name} 감시 중지</translation>
    </message>
    <message>
      <source>Stopped. The answer so far is kept.</source>
      <translation>중지했습니다. 지금까지의 답변은 남아 있습니다.</translation>
    </message>
    <message>
      <source>Style</source>
      <translation>문체</translation>
    </message>
    <message>
      <source>Such as Gardener</source>
      <translation>예: 정원사</translation>
    </message>
    <message>
      <source>Suggestions</source>
      <translation>추천</translation>
    </message>
    <message>
      <source>Summarise {{file}} in five sentences.</source>
      <translation>{{file}}을(를) 다섯 문장으로 요약해 줘.</translation>
    </message>
    <message>
      <source>Summary</source>
      <translation>요약</translation>
    </message>
    <message>
      <source>Switch between the file as it looks and the text that was read</source>
      <translation>파일의 원래 모습과 읽은 텍스트 사이를 전환합니다</translation>
    </message>
    <message>
      <source>System memory</source>
      <translation>시스템 메모리</translation>
    </message>
    <message>
      <source>Tab or Shift+Tab</source>
      <translation>Tab 또는 Shift+Tab</translation>
    </message>
    <message>
      <source>Table</source>
      <translation>표</translation>
    </message>
    <message>
      <source>Table of the file</source>
      <translation>파일의 표</translation>
    </message>
    <message>
      <source>Temperature</source>
      <translation>온도</translation>
    </message>
    <message>
      <source>Text</source>
      <translation>텍스트</translation>
    </message>
    <message>
      <source>Text face</source>
      <translation>글꼴</translation>
    </message>
    <message>
      <source>Text of the file</source>
      <translation>파일의 텍스트</translation>
    </message>
    <message>
      <source>Text of the prompt</source>
      <translation>프롬프트 내용</translation>
    </message>
    <message>
      <source>The answer was cut off at the length limit.</source>
      <translation>길이 제한으로 답변이 잘렸습니다.</translation>
    </message>
    <message>
      <source>The hub has no GGUF model of that name.</source>
      <translation>허브에 그런 이름의 GGUF 모델이 없습니다.</translation>
    </message>
    <message>
      <source>The image couldn't be pasted</source>
      <translation>이미지를 붙여넣을 수 없습니다</translation>
    </message>
    <message>
      <source>The key for {host} is in the keyring.</source>
      <translation>{host}의 키가 키링에 있습니다.</translation>
    </message>
    <message>
      <source>The key is kept in the system's keyring, which your login opens.</source>
      <translation>키는 로그인하면 열리는 시스템 키링에 보관됩니다.</translation>
    </message>
    <message>
      <source>The key was deleted.</source>
      <translation>키를 삭제했습니다.</translation>
    </message>
    <message>
      <source>The model began to repeat itself, so the answer was ended here.</source>
      <translation>모델이 같은 말을 반복하기 시작해 여기서 답변을 끝냈습니다.</translation>
    </message>
    <message>
      <source>The model only thought, and wrote no answer. Ask again, or switch thinking off.</source>
      <translation>모델이 생각만 하고 답변을 쓰지 않았습니다. 다시 질문하거나 생각을 끄세요.</translation>
    </message>
    <message>
      <source>The passage is not in the text of this page, so it is not marked.</source>
      <translation>이 페이지의 텍스트에 구절이 없어 표시하지 못했습니다.</translation>
    </message>
    <message>
      <source>The passages against all of the files that they come from</source>
      <translation>구절과 그 구절이 나온 모든 파일의 비교</translation>
    </message>
    <message>
      <source>The passages stay in your chats until you forget them. Answers keep a model's own words.</source>
      <translation>잊게 할 때까지 구절은 대화에 남습니다. 모델이 직접 쓴 답변은 그대로입니다.</translation>
    </message>
    <message>
      <source>The server in the [remote] section of your settings</source>
      <translation>설정의 [remote] 섹션에 있는 서버</translation>
    </message>
    <message>
      <source>The sources of an answer will appear here.</source>
      <translation>답변의 출처가 여기에 표시됩니다.</translation>
    </message>
    <message>
      <source>The system's</source>
      <translation>시스템 글꼴</translation>
    </message>
    <message>
      <source>The token is in the keyring.</source>
      <translation>토큰이 키링에 있습니다.</translation>
    </message>
    <message>
      <source>The token was deleted.</source>
      <translation>토큰을 삭제했습니다.</translation>
    </message>
    <message>
      <source>The trash is empty.</source>
      <translation>휴지통이 비어 있습니다.</translation>
    </message>
    <message>
      <source>Theme</source>
      <translation>테마</translation>
    </message>
    <message>
      <source>There is no key for {host}.</source>
      <translation>{host}의 키가 없습니다.</translation>
    </message>
    <message>
      <source>There may be more; some folders were not searched</source>
      <translation>더 있을 수 있습니다. 일부 폴더는 찾아보지 않았습니다</translation>
    </message>
    <message>
      <source>They are read now.</source>
      <translation>이제 다 읽었습니다.</translation>
    </message>
    <message>
      <source>Think as the persona and the settings say</source>
      <translation>페르소나와 설정대로 생각</translation>
    </message>
    <message>
      <source>Think first</source>
      <translation>먼저 생각</translation>
    </message>
    <message>
      <source>Think first, however long</source>
      <translation>얼마나 걸리든 먼저 생각</translation>
    </message>
    <message>
      <source>Thinking …</source>
      <translation>생각하는 중 …</translation>
    </message>
    <message>
      <source>Thinking…</source>
      <translation>생각하는 중…</translation>
    </message>
    <message>
      <source>This computer: {parts}.</source>
      <translation>이 컴퓨터: {parts}.</translation>
    </message>
    <message>
      <source>This file is long. Only the part around the passage is shown.</source>
      <translation>파일이 길어 구절 주변만 표시합니다.</translation>
    </message>
    <message>
      <source>This is set by the environment variable {name}.</source>
      <translation>환경 변수 {name}(으)로 설정되어 있습니다.</translation>
    </message>
    <message>
      <source>This link isn't a web page</source>
      <translation>이 링크는 웹 페이지가 아닙니다</translation>
    </message>
    <message>
      <source>This persona comes with Carrel. Saving keeps your version in its place; deleting that one returns to it.</source>
      <translation>Carrel에 포함된 페르소나입니다. 저장하면 내 버전이 대신 쓰이고, 그것을 삭제하면 원래대로 돌아갑니다.</translation>
    </message>
    <message>
      <source>Throughput</source>
      <translation>많은 답변</translation>
    </message>
    <message>
      <source>Tight: works best with at least {size} GB of memory{pace}</source>
      <translation>빠듯함: 메모리 {size}GB 이상에서 잘 작동합니다{pace}</translation>
    </message>
    <message>
      <source>To be added: {names}.</source>
      <translation>추가할 것: {names}.</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>오늘</translation>
    </message>
    <message>
      <source>Token for models with terms…</source>
      <translation>약관이 있는 모델용 토큰…</translation>
    </message>
    <message>
      <source>Token, as hf_…</source>
      <translation>토큰(hf_…)</translation>
    </message>
    <message>
      <source>Tokens</source>
      <translation>토큰</translation>
    </message>
    <message>
      <source>Too large: needs a computer with at least {size} GB of memory</source>
      <translation>너무 큼: 메모리 {size}GB 이상의 컴퓨터가 필요합니다</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>도구</translation>
    </message>
    <message>
      <source>Topics refused</source>
      <translation>거부하는 주제</translation>
    </message>
    <message>
      <source>Total</source>
      <translation>합계</translation>
    </message>
    <message>
      <source>Total memory over the last two minutes</source>
      <translation>지난 2분간 전체 메모리</translation>
    </message>
    <message>
      <source>Trash</source>
      <translation>휴지통</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>다시 시도</translation>
    </message>
    <message>
      <source>Tuning for your processor (once)…</source>
      <translation>프로세서에 맞추는 중(한 번만)…</translation>
    </message>
    <message>
      <source>Type @ in the box to choose files</source>
      <translation>상자에 @를 입력해 파일을 선택하세요</translation>
    </message>
    <message>
      <source>Type a question below, or take one of these about your files.</source>
      <translation>아래에 질문을 입력하거나, 내 파일에 관한 다음 질문을 고르세요.</translation>
    </message>
    <message>
      <source>Type a question below. Questions about your files appear here as they are read.</source>
      <translation>아래에 질문을 입력하세요. 파일을 읽는 동안 파일에 관한 질문이 여기에 나타납니다.</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>실행 취소</translation>
    </message>
    <message>
      <source>Unload</source>
      <translation>내리기</translation>
    </message>
    <message>
      <source>Unload unused models</source>
      <translation>쓰지 않는 모델 내리기</translation>
    </message>
    <message>
      <source>Unpin</source>
      <translation>고정 해제</translation>
    </message>
    <message>
      <source>Up to date</source>
      <translation>최신 상태</translation>
    </message>
    <message>
      <source>Up to date: {done} in {seconds:.1f} s</source>
      <translation>최신 상태: {done}, {seconds:.1f}초</translation>
    </message>
    <message>
      <source>Up, Down, Page Up, Page Down</source>
      <translation>위, 아래, Page Up, Page Down</translation>
    </message>
    <message>
      <source>Up, in an empty box</source>
      <translation>빈 상자에서 위쪽 화살표</translation>
    </message>
    <message>
      <source>Use</source>
      <translation>사용</translation>
    </message>
    <message>
      <source>Use a prompt…	/</source>
      <translation>프롬프트 사용…	/</translation>
    </message>
    <message>
      <source>Usual style</source>
      <translation>기본 문체</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>대기 중</translation>
    </message>
    <message>
      <source>Waiting for another answer…</source>
      <translation>다른 답변을 기다리는 중…</translation>
    </message>
    <message>
      <source>Waiting for power</source>
      <translation>전원을 기다리는 중</translation>
    </message>
    <message>
      <source>Waiting for the answer</source>
      <translation>답변을 기다리는 중</translation>
    </message>
    <message>
      <source>Waiting…</source>
      <translation>대기 중…</translation>
    </message>
    <message>
      <source>Welcome to Carrel</source>
      <translation>Carrel에 오신 것을 환영합니다</translation>
    </message>
    <message>
      <source>What it answers, in one sentence.</source>
      <translation>무엇에 답하는지 한 문장으로.</translation>
    </message>
    <message>
      <source>What it lacks comes from the system's face.</source>
      <translation>없는 글자는 시스템 글꼴로 표시합니다.</translation>
    </message>
    <message>
      <source>What would you like to know?</source>
      <translation>무엇을 알고 싶으세요?</translation>
    </message>
    <message>
      <source>Where the first passages do not answer.</source>
      <translation>첫 구절로 답이 안 될 때.</translation>
    </message>
    <message>
      <source>Where the time went</source>
      <translation>시간이 걸린 곳</translation>
    </message>
    <message>
      <source>Who answers the next message</source>
      <translation>다음 메시지에 답할 페르소나</translation>
    </message>
    <message>
      <source>Who it is, how it answers, and what it must not do.</source>
      <translation>누구이며, 어떻게 답하고, 무엇을 하면 안 되는지.</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>창</translation>
    </message>
    <message>
      <source>Window and libraries</source>
      <translation>창과 라이브러리</translation>
    </message>
    <message>
      <source>With a model of its own (91 MB) it finds what you mean as well, in a hundred languages. It stays on this computer, and search works as before until your files are read with it.</source>
      <translation>검색 모델(91 MB)이 있으면 백 가지 언어에서 뜻으로도 찾습니다. 모델은 이 컴퓨터에만 있고, 파일을 다시 읽을 때까지 검색은 그대로 작동합니다.</translation>
    </message>
    <message>
      <source>Without files</source>
      <translation>파일 없이</translation>
    </message>
    <message>
      <source>Words and phrases, with commas between them.</source>
      <translation>단어와 구를 쉼표로 구분해서.</translation>
    </message>
    <message>
      <source>Words to find it by, with commas between them.</source>
      <translation>찾을 때 쓸 단어를 쉼표로 구분해서.</translation>
    </message>
    <message>
      <source>Write how it answers.</source>
      <translation>어떻게 답하는지 쓰세요.</translation>
    </message>
    <message>
      <source>Writing…</source>
      <translation>쓰는 중…</translation>
    </message>
    <message>
      <source>Written by {model} on a server</source>
      <translation>{model}이(가) 서버에서 작성</translation>
    </message>
    <message>
      <source>Written by {model}: {reason}</source>
      <translation>{model}이(가) 작성: {reason}</translation>
    </message>
    <message>
      <source>Yesterday</source>
      <translation>어제</translation>
    </message>
    <message>
      <source>You</source>
      <translation>나</translation>
    </message>
    <message>
      <source>Your answer is ready</source>
      <translation>답변이 준비되었습니다</translation>
    </message>
    <message>
      <source>Your chats and the texts of your files are encrypted on this computer. The passphrase opens them.</source>
      <translation>대화와 파일의 텍스트는 이 컴퓨터에 암호화되어 있습니다. 암호를 입력하면 열립니다.</translation>
    </message>
    <message>
      <source>Your chats will appear here.</source>
      <translation>대화가 여기에 표시됩니다.</translation>
    </message>
    <message>
      <source>Your files and questions stay on this computer.</source>
      <translation>파일과 질문은 이 컴퓨터에만 있습니다.</translation>
    </message>
    <message>
      <source>Your files are read.</source>
      <translation>파일을 모두 읽었습니다.</translation>
    </message>
    <message>
      <source>Your question is sent when this is done. Esc: don't send it.</source>
      <translation>끝나면 질문을 보냅니다. Esc: 보내지 않기.</translation>
    </message>
    <message>
      <source>Yours</source>
      <translation>내 것</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>확대/축소</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>확대</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>축소</translation>
    </message>
    <message>
      <source>a few seconds left</source>
      <translation>몇 초 남음</translation>
    </message>
    <message>
      <source>a hundred languages</source>
      <translation>백 가지 언어</translation>
    </message>
    <message>
      <source>about 1 token/s</source>
      <translation>약 1 토큰/초</translation>
    </message>
    <message>
      <source>about {hours:.0f} h</source>
      <translation>약 {hours:.0f}시간</translation>
    </message>
    <message>
      <source>about {hours} h left</source>
      <translation>약 {hours}시간 남음</translation>
    </message>
    <message>
      <source>about {minutes} min</source>
      <translation>약 {minutes}분</translation>
    </message>
    <message>
      <source>about {minutes} min left</source>
      <translation>약 {minutes}분 남음</translation>
    </message>
    <message>
      <source>about {seconds} s left</source>
      <translation>약 {seconds}초 남음</translation>
    </message>
    <message>
      <source>about {speed:.0f} tokens/s</source>
      <translation>약 {speed:.0f} 토큰/초</translation>
    </message>
    <message>
      <source>all {count} chats in the trash</source>
      <translation>휴지통의 대화 {count}개 모두</translation>
    </message>
    <message>
      <source>blocked: Carrel was {detail}</source>
      <translation>차단됨: Carrel이 {detail}</translation>
    </message>
    <message>
      <source>blocked: {detail}</source>
      <translation>차단됨: {detail}</translation>
    </message>
    <message>
      <source>can think first</source>
      <translation>먼저 생각할 수 있음</translation>
    </message>
    <message>
      <source>can't be read</source>
      <translation>읽을 수 없음</translation>
    </message>
    <message>
      <source>can't be used</source>
      <translation>사용할 수 없음</translation>
    </message>
    <message>
      <source>d MMM</source>
      <translation>M월 d일</translation>
    </message>
    <message>
      <source>damaged picture, or one of a kind that is not shown</source>
      <translation>손상되었거나 표시할 수 없는 종류의 그림</translation>
    </message>
    <message>
      <source>deleted {when}</source>
      <translation>{when} 삭제됨</translation>
    </message>
    <message>
      <source>done</source>
      <translation>완료</translation>
    </message>
    <message>
      <source>done, amount of data unknown</source>
      <translation>완료, 데이터 양 알 수 없음</translation>
    </message>
    <message>
      <source>dosage</source>
      <translation>복용량</translation>
    </message>
    <message>
      <source>folder</source>
      <translation>폴더</translation>
    </message>
    <message>
      <source>for everyday questions</source>
      <translation>일상 질문용</translation>
    </message>
    <message>
      <source>for hard questions</source>
      <translation>어려운 질문용</translation>
    </message>
    <message>
      <source>for short answers</source>
      <translation>짧은 답변용</translation>
    </message>
    <message>
      <source>for trying out</source>
      <translation>체험용</translation>
    </message>
    <message>
      <source>frees {size:.1f} GB</source>
      <translation>{size:.1f}GB 확보</translation>
    </message>
    <message>
      <source>from {owner}</source>
      <translation>{owner}의 모델</translation>
    </message>
    <message>
      <source>garden, plants</source>
      <translation>정원, 식물</translation>
    </message>
    <message>
      <source>in memory</source>
      <translation>메모리에 있음</translation>
    </message>
    <message>
      <source>in use</source>
      <translation>사용 중</translation>
    </message>
    <message>
      <source>includes hidden and sensitive files</source>
      <translation>숨김 및 민감한 파일 포함</translation>
    </message>
    <message>
      <source>less than a minute</source>
      <translation>1분 미만</translation>
    </message>
    <message>
      <source>no thinking</source>
      <translation>생각 안 함</translation>
    </message>
    <message>
      <source>none yet</source>
      <translation>아직 없음</translation>
    </message>
    <message>
      <source>on this machine</source>
      <translation>이 컴퓨터</translation>
    </message>
    <message>
      <source>or drop one onto this window</source>
      <translation>또는 이 창에 끌어다 놓기</translation>
    </message>
    <message>
      <source>p. {page}</source>
      <translation>{page}쪽</translation>
    </message>
    <message>
      <source>personal data is masked</source>
      <translation>개인정보를 가립니다</translation>
    </message>
    <message>
      <source>personal data is not sent</source>
      <translation>개인정보를 보내지 않습니다</translation>
    </message>
    <message>
      <source>reading…</source>
      <translation>읽는 중…</translation>
    </message>
    <message>
      <source>reads no files</source>
      <translation>파일을 읽지 않음</translation>
    </message>
    <message>
      <source>s</source>
      <translation>초</translation>
    </message>
    <message>
      <source>similarity</source>
      <translation>유사도</translation>
    </message>
    <message>
      <source>still open</source>
      <translation>아직 열려 있음</translation>
    </message>
    <message>
      <source>terms to accept on its page</source>
      <translation>모델 페이지에서 약관 동의 필요</translation>
    </message>
    <message>
      <source>the file</source>
      <translation>파일</translation>
    </message>
    <message>
      <source>the server's model</source>
      <translation>서버의 모델</translation>
    </message>
    <message>
      <source>thinks first</source>
      <translation>먼저 생각</translation>
    </message>
    <message>
      <source>to do</source>
      <translation>할 일</translation>
    </message>
    <message>
      <source>tokens/s</source>
      <translation>토큰/초</translation>
    </message>
    <message>
      <source>too large: needs {needed:.1f} of {memory:.1f} GB</source>
      <translation>너무 큼: {memory:.1f}GB 중 {needed:.1f}GB 필요</translation>
    </message>
    <message>
      <source>unloaded</source>
      <translation>내려짐</translation>
    </message>
    <message>
      <source>you have none yet</source>
      <translation>아직 없습니다</translation>
    </message>
    <message>
      <source>yours</source>
      <translation>내 것</translation>
    </message>
    <message>
      <source>{at} of {count}</source>
      <translation>{at}/{count}</translation>
    </message>
    <message>
      <source>{count:.0f} million parameters</source>
      <translation>매개변수 {count:.0f}M</translation>
    </message>
    <message>
      <source>{count:.0f} min</source>
      <translation>{count:.0f}분</translation>
    </message>
    <message>
      <source>{count:.0f} s</source>
      <translation>{count:.0f}초</translation>
    </message>
    <message>
      <source>{count:.1f} billion parameters</source>
      <translation>매개변수 {count:.1f}B</translation>
    </message>
    <message>
      <source>{count} can't be read</source>
      <translation>{count}개 읽을 수 없음</translation>
    </message>
    <message>
      <source>{count} downloads last month</source>
      <translation>지난달 다운로드 {count}회</translation>
    </message>
    <message>
      <source>{count} failed</source>
      <translation>{count}개 실패</translation>
    </message>
    <message numerus="yes">
      <source>{count} files</source>
      <translation>
        <numerusform>파일 {count}개</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} files are ready to search ({seconds:.1f} s)</source>
      <translation>
        <numerusform>파일 {count}개를 이제 검색할 수 있습니다({seconds:.1f}초)</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} files pass</source>
      <translation>
        <numerusform>파일 {count}개가 해당합니다</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} folders</source>
      <translation>
        <numerusform>폴더 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} indexed</source>
      <translation>{count}개 색인됨</translation>
    </message>
    <message>
      <source>{count} more passages were read.</source>
      <translation>그 밖에 구절 {count}개를 읽었습니다.</translation>
    </message>
    <message numerus="yes">
      <source>{count} passages</source>
      <translation>
        <numerusform>구절 {count}개</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} passages of its own</source>
      <translation>
        <numerusform>자체 구절 {count}개</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} questions</source>
      <translation>
        <numerusform>질문 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} removed</source>
      <translation>{count}개 제거됨</translation>
    </message>
    <message numerus="yes">
      <source>{count} saved answers still quote removed files</source>
      <translation>
        <numerusform>저장된 답변 {count}개가 제거된 파일을 아직 인용합니다</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} skipped</source>
      <translation>{count}개 건너뜀</translation>
    </message>
    <message numerus="yes">
      <source>{count} sources</source>
      <translation>
        <numerusform>출처 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} tokens of context</source>
      <translation>컨텍스트 {count}토큰</translation>
    </message>
    <message>
      <source>{count} tokens of context, runs in {engine}</source>
      <translation>컨텍스트 {count}토큰, {engine}에서 실행</translation>
    </message>
    <message numerus="yes">
      <source>{count} tools</source>
      <translation>
        <numerusform>도구 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} waiting</source>
      <translation>{count}개 대기 중</translation>
    </message>
    <message numerus="yes">
      <source>{count} weaker matches</source>
      <translation>
        <numerusform>관련이 적은 결과 {count}개</numerusform>
      </translation>
    </message>
    <message>
      <source>{done:.2f} of {total:.2f} GB</source>
      <translation>{total:.2f}GB 중 {done:.2f}GB</translation>
    </message>
    <message>
      <source>{done} of {total}…</source>
      <translation>{total}개 중 {done}개…</translation>
    </message>
    <message>
      <source>{done}. Ctrl+Z takes it back.</source>
      <translation>{done}. Ctrl+Z로 되돌립니다.</translation>
    </message>
    <message>
      <source>{duration:.0f} ms</source>
      <translation>{duration:.0f}ms</translation>
    </message>
    <message>
      <source>{duration:.1f} ms</source>
      <translation>{duration:.1f}ms</translation>
    </message>
    <message>
      <source>{duration:.1f} s</source>
      <translation>{duration:.1f}초</translation>
    </message>
    <message>
      <source>{found} of {total}</source>
      <translation>{total}개 중 {found}개</translation>
    </message>
    <message>
      <source>{host}, port {port}</source>
      <translation>{host}, 포트 {port}</translation>
    </message>
    <message>
      <source>{model}  ·  {speed:.1f} tokens/s  ·  first after {seconds:.1f} s</source>
      <translation>{model}  ·  {speed:.1f} 토큰/초  ·  첫 토큰까지 {seconds:.1f}초</translation>
    </message>
    <message>
      <source>{model} is ready.</source>
      <translation>{model}이(가) 준비되었습니다.</translation>
    </message>
    <message>
      <source>{model} is unloaded. The next question loads it again.</source>
      <translation>{model}을(를) 내렸습니다. 다음 질문에 다시 불러옵니다.</translation>
    </message>
    <message>
      <source>{model} on {server}</source>
      <translation>{server}의 {model}</translation>
    </message>
    <message>
      <source>{name} (assumed)</source>
      <translation>{name}(가정)</translation>
    </message>
    <message>
      <source>{name} (copy)</source>
      <translation>{name}(사본)</translation>
    </message>
    <message>
      <source>{name} (selected)</source>
      <translation>{name}(선택됨)</translation>
    </message>
    <message>
      <source>{name} and {count} more</source>
      <translation>{name} 외 {count}개</translation>
    </message>
    <message>
      <source>{name} can't be read</source>
      <translation>{name}을(를) 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>{name} can't be read: {problem}.</source>
      <translation>{name}을(를) 읽을 수 없습니다: {problem}.</translation>
    </message>
    <message>
      <source>{name} can't be searched: {reason}</source>
      <translation>{name}을(를) 검색할 수 없습니다: {reason}</translation>
    </message>
    <message>
      <source>{name} couldn't be copied to {parent}</source>
      <translation>{name}을(를) {parent}에 복사하지 못했습니다</translation>
    </message>
    <message>
      <source>{name} has {count} errors; all other settings apply</source>
      <translation>{name}에 오류 {count}개가 있습니다. 다른 설정은 모두 적용됩니다</translation>
    </message>
    <message>
      <source>{name} holds the persona and its knowledge</source>
      <translation>{name}에 페르소나와 지식이 들어 있습니다</translation>
    </message>
    <message>
      <source>{name} in settings.toml. Default: {value}</source>
      <translation>settings.toml의 {name}. 기본값: {value}</translation>
    </message>
    <message>
      <source>{name} is no longer watched</source>
      <translation>{name}을(를) 더 이상 감시하지 않습니다</translation>
    </message>
    <message>
      <source>{name} is ready to search ({seconds:.1f} s)</source>
      <translation>{name}을(를) 이제 검색할 수 있습니다({seconds:.1f}초)</translation>
    </message>
    <message>
      <source>{name} of {owner}</source>
      <translation>{owner} · {name}</translation>
    </message>
    <message>
      <source>{name} over the last hour</source>
      <translation>최근 1시간의 {name}</translation>
    </message>
    <message>
      <source>{name} was deleted</source>
      <translation>{name}을(를) 삭제했습니다</translation>
    </message>
    <message>
      <source>{name} with {size:.0f} GB</source>
      <translation>{name}({size:.0f}GB)</translation>
    </message>
    <message>
      <source>{name}, this time</source>
      <translation>{name}, 이번만</translation>
    </message>
    <message>
      <source>{owner}'s pages</source>
      <translation>{owner}의 페이지</translation>
    </message>
    <message>
      <source>{path} of {owner}</source>
      <translation>{path}({owner})</translation>
    </message>
    <message>
      <source>{ready} of {total} passages ready</source>
      <translation>구절 {total}개 중 {ready}개 준비됨</translation>
    </message>
    <message>
      <source>{ready} of {total} passages. </source>
      <translation>구절 {total}개 중 {ready}개. </translation>
    </message>
    <message>
      <source>{ready} of {total} passages…</source>
      <translation>구절 {total}개 중 {ready}개…</translation>
    </message>
    <message>
      <source>{received} received, {sent} sent</source>
      <translation>받음 {received}, 보냄 {sent}</translation>
    </message>
    <message>
      <source>{result} in {seconds:.1f} s · {passed}</source>
      <translation>{result}, {seconds:.1f}초 · {passed}</translation>
    </message>
    <message>
      <source>{seconds:.2f} s</source>
      <translation>{seconds:.2f}초</translation>
    </message>
    <message>
      <source>{size:.0f} GB free on disk</source>
      <translation>디스크 여유 {size:.0f}GB</translation>
    </message>
    <message>
      <source>{size:.0f} GB of memory</source>
      <translation>메모리 {size:.0f}GB</translation>
    </message>
    <message>
      <source>{size}  ·  {time} to download at {speed} Mbit/s</source>
      <translation>{size}  ·  {speed}Mbit/s로 다운로드에 {time}</translation>
    </message>
    <message>
      <source>{size} in {quantization}</source>
      <translation>{quantization}, {size}</translation>
    </message>
    <message>
      <source>{speed:.1f} tokens/s</source>
      <translation>{speed:.1f} 토큰/초</translation>
    </message>
    <message>
      <source>{stage}: not in the top results, {unit} {score:.2f}</source>
      <translation>{stage}: 상위 결과에 없음, {unit} {score:.2f}</translation>
    </message>
    <message>
      <source>{stage}: rank {rank}, {unit} {score:.2f}</source>
      <translation>{stage}: {rank}위, {unit} {score:.2f}</translation>
    </message>
    <message>
      <source>{time} left</source>
      <translation>{time} 남음</translation>
    </message>
    <message>
      <source>{verdict}, about {speed:.0f} tokens/s</source>
      <translation>{verdict}, 약 {speed:.0f} 토큰/초</translation>
    </message>
    <message>
      <source>{waiting} unread</source>
      <translation>{waiting}개 읽지 않음</translation>
    </message>
    <message>
      <source>{words}. Hide the thoughts</source>
      <translation>{words}. 생각 숨기기</translation>
    </message>
    <message>
      <source>{words}. Hide them</source>
      <translation>{words}. 숨기기</translation>
    </message>
    <message>
      <source>{words}. Show the thoughts</source>
      <translation>{words}. 생각 보기</translation>
    </message>
    <message>
      <source>{words}. Show them</source>
      <translation>{words}. 보기</translation>
    </message>
    <message>
      <source>{{date}}, {{file}} and {{selection}} are filled in. Type / in the question box to use a prompt.</source>
      <translation>{{date}}, {{file}}, {{selection}}은 자동으로 채워집니다. 질문 상자에 /를 입력해 프롬프트를 쓰세요.</translation>
    </message>
    <message>
      <source>“{given}” is not a number.</source>
      <translation>“{given}”은(는) 숫자가 아닙니다.</translation>
    </message>
    <message>
      <source>“{given}” is not a whole number.</source>
      <translation>“{given}”은(는) 정수가 아닙니다.</translation>
    </message>
    <message>
      <source>“{title}” was deleted</source>
      <translation>“{title}”을(를) 삭제했습니다</translation>
    </message>
    <message>
      <source>● New</source>
      <translation>● 새 답변</translation>
    </message>
  </context>
  <context>
    <name>core</name>
    <message>
      <source> Carrel stays offline until this is corrected.</source>
      <translation> 고칠 때까지 Carrel은 오프라인으로 유지됩니다.</translation>
    </message>
    <message>
      <source> Rename it to end in {suffix}.</source>
      <translation> 이름이 {suffix}(으)로 끝나게 바꾸세요.</translation>
    </message>
    <message>
      <source>, line {line}</source>
      <translation>, {line}행</translation>
    </message>
    <message>
      <source>, {saved_money} {currency} saved</source>
      <translation>, {saved_money} {currency} 절약</translation>
    </message>
    <message>
      <source>--parallel is out of range</source>
      <translation>--parallel 값이 범위를 벗어났습니다</translation>
    </message>
    <message>
      <source>; {personal} masked</source>
      <translation>; {personal} 가림</translation>
    </message>
    <message>
      <source>A GGUF file, a folder of safetensors, or remote: for the server below.</source>
      <translation>GGUF 파일, safetensors 폴더, 또는 아래 서버를 뜻하는 remote:.</translation>
    </message>
    <message>
      <source>A calendar begins with BEGIN:VCALENDAR.</source>
      <translation>캘린더는 BEGIN:VCALENDAR로 시작합니다.</translation>
    </message>
    <message>
      <source>A chat cannot be written to a {ending}</source>
      <translation>대화를 {ending}(으)로 저장할 수 없습니다</translation>
    </message>
    <message>
      <source>A folder of a smaller one with the same tokens.</source>
      <translation>토큰이 같은 더 작은 모델의 폴더입니다.</translation>
    </message>
    <message>
      <source>A mailbox begins with the word From.</source>
      <translation>메일함은 From이라는 단어로 시작합니다.</translation>
    </message>
    <message>
      <source>A persona needs a name of one line.</source>
      <translation>페르소나에는 한 줄짜리 이름이 필요합니다.</translation>
    </message>
    <message>
      <source>A prompt needs a name and a text</source>
      <translation>프롬프트에는 이름과 내용이 필요합니다</translation>
    </message>
    <message>
      <source>A server at 127.0.0.1 may read everything then.</source>
      <translation>127.0.0.1의 서버가 모든 것을 읽을 수 있게 됩니다.</translation>
    </message>
    <message>
      <source>A step cannot be interrupted.</source>
      <translation>한 단계는 중단할 수 없습니다.</translation>
    </message>
    <message>
      <source>A window of {context_tokens} tokens needs too much memory. Set a smaller one.</source>
      <translation>{context_tokens}토큰 컨텍스트에는 메모리가 너무 많이 필요합니다. 더 작게 설정하세요.</translation>
    </message>
    <message>
      <source>Address</source>
      <translation>주소</translation>
    </message>
    <message>
      <source>All folders</source>
      <translation>모든 폴더</translation>
    </message>
    <message>
      <source>Allocator</source>
      <translation>메모리 할당기</translation>
    </message>
    <message>
      <source>Also to a computer outside the private network.</source>
      <translation>사설 네트워크 밖의 컴퓨터에도 적용합니다.</translation>
    </message>
    <message>
      <source>Always allow</source>
      <translation>항상 허용</translation>
    </message>
    <message>
      <source>Always block</source>
      <translation>항상 차단</translation>
    </message>
    <message>
      <source>Always mask</source>
      <translation>항상 가리기</translation>
    </message>
    <message>
      <source>An unannounced connection to {host} was refused</source>
      <translation>{host}에 대한 예고 없는 연결을 거부했습니다</translation>
    </message>
    <message>
      <source>Another program is using {path}. Close it, then try again. Nothing is lost.</source>
      <translation>다른 프로그램이 {path}을(를) 쓰고 있습니다. 닫고 다시 시도하세요. 잃은 것은 없습니다.</translation>
    </message>
    <message>
      <source>Answer</source>
      <translation>답변</translation>
    </message>
    <message>
      <source>Answered before, {answered_at}</source>
      <translation>이전에 답변함, {answered_at}</translation>
    </message>
    <message>
      <source>Answers</source>
      <translation>답변</translation>
    </message>
    <message>
      <source>Answers at once</source>
      <translation>동시 답변</translation>
    </message>
    <message>
      <source>Answers restored: {turns}. The damaged file was kept as {name}. Delete it once you miss nothing: it also holds the chats that you delete from now on.</source>
      <translation>복구한 답변: {turns}. 손상된 파일은 {name}(으)로 보관했습니다. 빠진 내용이 없으면 삭제하세요. 앞으로 삭제하는 대화도 이 파일에 남아 있습니다.</translation>
    </message>
    <message>
      <source>Answers restored: {turns}. What was said after the last copy may be missing.</source>
      <translation>복구한 답변: {turns}. 마지막 사본 이후의 내용은 없을 수 있습니다.</translation>
    </message>
    <message>
      <source>Appearance</source>
      <translation>모양</translation>
    </message>
    <message>
      <source>Arithmetic</source>
      <translation>연산</translation>
    </message>
    <message>
      <source>Arithmetic of chats</source>
      <translation>대화 연산</translation>
    </message>
    <message>
      <source>Arithmetic of nf4</source>
      <translation>nf4의 연산</translation>
    </message>
    <message>
      <source>As FLASH_ATTN. Automatic: the fastest for the GPU.</source>
      <translation>예: FLASH_ATTN. 자동: GPU에서 가장 빠른 방식.</translation>
    </message>
    <message>
      <source>As PYTORCH_ALLOC_CONF. Of a GPU's memory.</source>
      <translation>PYTORCH_ALLOC_CONF와 같습니다. GPU 메모리에 적용됩니다.</translation>
    </message>
    <message>
      <source>As cuda:1. Automatic: the first GPU, or the processor.</source>
      <translation>예: cuda:1. 자동: 첫 번째 GPU 또는 프로세서.</translation>
    </message>
    <message>
      <source>As s3://bucket/path, from the next start on. Empty: on this computer.</source>
      <translation>s3://bucket/path 형식, 다음 시작부터. 비우면 이 컴퓨터.</translation>
    </message>
    <message>
      <source>Ask a question first.</source>
      <translation>먼저 질문하세요.</translation>
    </message>
    <message>
      <source>Ask again, and check the server.</source>
      <translation>다시 질문하고 서버를 확인하세요.</translation>
    </message>
    <message>
      <source>Ask again, and the model that is selected now will answer.</source>
      <translation>다시 질문하면 지금 선택된 모델이 답합니다.</translation>
    </message>
    <message>
      <source>Ask again: it is answered without it then.</source>
      <translation>다시 질문하세요. 그러면 그것 없이 답합니다.</translation>
    </message>
    <message>
      <source>Ask for the rest in a new question, or set a larger window: context_tokens under [model].</source>
      <translation>나머지는 새 질문으로 물어보거나, [model]의 context_tokens를 더 크게 설정하세요.</translation>
    </message>
    <message>
      <source>Attention</source>
      <translation>어텐션</translation>
    </message>
    <message>
      <source>Automatic: Flash Attention 3 or 2 where installed. On a GPU.</source>
      <translation>자동: 설치되어 있으면 Flash Attention 3 또는 2. GPU에서만.</translation>
    </message>
    <message>
      <source>Automatic: as the model says. fp8 halves 16 bits while loading.</source>
      <translation>자동: 모델이 정한 대로. fp8은 불러오면서 16비트를 절반으로 줄입니다.</translation>
    </message>
    <message>
      <source>Automatic: what is free, less a reserve.</source>
      <translation>자동: 여유분을 뺀 빈 공간.</translation>
    </message>
    <message>
      <source>Automatic: what the server says.</source>
      <translation>자동: 서버가 알려 주는 값.</translation>
    </message>
    <message>
      <source>Autotune cuDNN</source>
      <translation>cuDNN 자동 조정</translation>
    </message>
    <message>
      <source>Batch</source>
      <translation>배치</translation>
    </message>
    <message>
      <source>Before a question goes to a server.</source>
      <translation>질문을 서버로 보내기 전에.</translation>
    </message>
    <message>
      <source>Before an answer: off, on, or the most tokens of thoughts, as 500.</source>
      <translation>답하기 전의 생각: off, on 또는 최대 토큰 수(예: 500).</translation>
    </message>
    <message>
      <source>Between the stages</source>
      <translation>단계 사이</translation>
    </message>
    <message>
      <source>Bring it: `carrel models pull {name}`.</source>
      <translation>가져오기: `carrel models pull {name}`.</translation>
    </message>
    <message>
      <source>Building the prompt</source>
      <translation>프롬프트 구성</translation>
    </message>
    <message>
      <source>Cannot change the settings in {path}</source>
      <translation>{path}의 설정을 바꿀 수 없습니다</translation>
    </message>
    <message>
      <source>Cannot copy {name}: {error}</source>
      <translation>{name}을(를) 복사할 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>Cannot download {name}: {error}</source>
      <translation>{name}을(를) 받을 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>Cannot download {name}: {why}</source>
      <translation>{name}을(를) 다운로드할 수 없습니다: {why}</translation>
    </message>
    <message>
      <source>Cannot download {what}: {host} answered HTTP {status}.</source>
      <translation>{what}을(를) 받을 수 없습니다: {host} 응답 HTTP {status}.</translation>
    </message>
    <message>
      <source>Cannot reach the hub: {error}</source>
      <translation>허브에 연결할 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>Cannot save the settings to {path}</source>
      <translation>설정을 {path}에 저장할 수 없습니다</translation>
    </message>
    <message>
      <source>Cannot use {path} as Carrel's folder</source>
      <translation>{path}을(를) Carrel의 폴더로 쓸 수 없습니다</translation>
    </message>
    <message>
      <source>Cannot write the model: {error}</source>
      <translation>모델을 쓸 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>Cannot write {name}: {error}</source>
      <translation>{name}을(를) 쓸 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>Capacity is planned for chat models only.</source>
      <translation>용량은 대화 모델에 대해서만 계산합니다.</translation>
    </message>
    <message>
      <source>Carrel ended while reading it</source>
      <translation>읽는 도중 Carrel이 종료됨</translation>
    </message>
    <message>
      <source>Carrel is not allowed to open {path}. Allow your user to read and write it and its folder. Nothing is lost.</source>
      <translation>Carrel이 {path}을(를) 열 권한이 없습니다. 이 파일과 폴더의 읽기·쓰기를 허용하세요. 잃은 것은 없습니다.</translation>
    </message>
    <message>
      <source>Carrel is offline: {purpose} cannot connect to {host}</source>
      <translation>Carrel이 오프라인입니다: {purpose} 작업이 {host}에 연결할 수 없습니다</translation>
    </message>
    <message>
      <source>Carrel is open</source>
      <translation>Carrel이 열려 있습니다</translation>
    </message>
    <message>
      <source>Changes apply when a model is next loaded.</source>
      <translation>모델을 다음에 불러올 때 적용됩니다.</translation>
    </message>
    <message>
      <source>Chats in RAM</source>
      <translation>RAM의 대화</translation>
    </message>
    <message>
      <source>Chats were gone, and are restored from a copy</source>
      <translation>사라진 대화를 사본에서 복구했습니다</translation>
    </message>
    <message>
      <source>Check for abuse</source>
      <translation>욕설 확인</translation>
    </message>
    <message>
      <source>Check its settings.</source>
      <translation>서버의 설정을 확인하세요.</translation>
    </message>
    <message>
      <source>Check links</source>
      <translation>링크 확인</translation>
    </message>
    <message>
      <source>Check passages for orders</source>
      <translation>구절 속 지시 확인</translation>
    </message>
    <message>
      <source>Check questions for orders</source>
      <translation>질문 속 지시 확인</translation>
    </message>
    <message>
      <source>Check the connection and the settings of pip or uv, then try again.</source>
      <translation>연결과 pip 또는 uv의 설정을 확인한 뒤 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Check the connection, then try again.</source>
      <translation>연결을 확인하고 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Check the connection, then try again. The download resumes where it stopped.</source>
      <translation>연결을 확인하고 다시 시도하세요. 멈춘 곳부터 이어받습니다.</translation>
    </message>
    <message>
      <source>Check the model and the address.</source>
      <translation>모델과 주소를 확인하세요.</translation>
    </message>
    <message>
      <source>Check the server.</source>
      <translation>서버를 확인하세요.</translation>
    </message>
    <message>
      <source>Checking sentences</source>
      <translation>문장 확인</translation>
    </message>
    <message>
      <source>Choose a GGUF model, which llama.cpp runs here.</source>
      <translation>여기서 llama.cpp가 실행하는 GGUF 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Choose a file that Carrel exported.</source>
      <translation>Carrel이 내보낸 파일을 선택하세요.</translation>
    </message>
    <message>
      <source>Choose a model (Ctrl+M, or --model), or ask Reader, who quotes your files.</source>
      <translation>모델을 선택하거나(Ctrl+M 또는 --model), 파일을 인용하는 Reader에게 물어보세요.</translation>
    </message>
    <message>
      <source>Choose a smaller quantisation or a smaller model: `carrel models list` shows which ones fit.</source>
      <translation>더 작은 양자화나 더 작은 모델을 선택하세요. `carrel models list`에서 맞는 모델을 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>Choose another file with --out, or delete it.</source>
      <translation>--out으로 다른 파일을 고르거나 그 파일을 삭제하세요.</translation>
    </message>
    <message>
      <source>Choose another id.</source>
      <translation>다른 ID를 선택하세요.</translation>
    </message>
    <message>
      <source>Choose another one, or start a new one.</source>
      <translation>다른 대화를 선택하거나 새로 시작하세요.</translation>
    </message>
    <message>
      <source>Choose another place.</source>
      <translation>다른 위치를 선택하세요.</translation>
    </message>
    <message>
      <source>Choose one first: Ctrl+M, or --model.</source>
      <translation>먼저 모델을 선택하세요: Ctrl+M 또는 --model.</translation>
    </message>
    <message>
      <source>Choose one of these: {matching}</source>
      <translation>다음 중 하나를 선택하세요: {matching}</translation>
    </message>
    <message>
      <source>Choose the model by the question</source>
      <translation>질문에 따라 모델 선택</translation>
    </message>
    <message>
      <source>Choose the one that was exported.</source>
      <translation>내보낸 파일을 선택하세요.</translation>
    </message>
    <message>
      <source>Cites a source that is not there</source>
      <translation>없는 출처를 인용함</translation>
    </message>
    <message>
      <source>Close its window and stop its commands, then try again.</source>
      <translation>창을 닫고 명령을 멈춘 뒤 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Close other programs before you load it, or choose a smaller model.</source>
      <translation>불러오기 전에 다른 프로그램을 닫거나 더 작은 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Compile it for this processor: make compile, or pip install 'carrel-desktop[llama]'</source>
      <translation>이 프로세서에 맞게 컴파일하세요: make compile 또는 pip install 'carrel-desktop[llama]'</translation>
    </message>
    <message>
      <source>Complex questions to the biggest model</source>
      <translation>복잡한 질문은 가장 큰 모델에게</translation>
    </message>
    <message>
      <source>Computed: {words} · {outcome}</source>
      <translation>계산함: {words} · {outcome}</translation>
    </message>
    <message>
      <source>Computing</source>
      <translation>계산</translation>
    </message>
    <message>
      <source>Context</source>
      <translation>컨텍스트</translation>
    </message>
    <message>
      <source>Convert it to EPUB.</source>
      <translation>EPUB으로 변환하세요.</translation>
    </message>
    <message>
      <source>Copy what you need into the folder.</source>
      <translation>필요한 것을 폴더로 복사하세요.</translation>
    </message>
    <message>
      <source>Correct it, then {key} can be changed.</source>
      <translation>고치면 {key}을(를) 바꿀 수 있습니다.</translation>
    </message>
    <message>
      <source>Correct {path}.</source>
      <translation>{path}을(를) 고치세요.</translation>
    </message>
    <message>
      <source>Counting saved tokens</source>
      <translation>절약한 토큰 계산</translation>
    </message>
    <message>
      <source>Currency</source>
      <translation>통화</translation>
    </message>
    <message>
      <source>Delete {folder}, then download it again: `carrel models pull {name}`.</source>
      <translation>{folder}을(를) 삭제하고 다시 받으세요: `carrel models pull {name}`.</translation>
    </message>
    <message>
      <source>Device</source>
      <translation>장치</translation>
    </message>
    <message>
      <source>Did you mean “{near}”?</source>
      <translation>“{near}”을(를) 뜻하셨나요?</translation>
    </message>
    <message>
      <source>Documents</source>
      <translation>문서</translation>
    </message>
    <message>
      <source>Download it again. It is in {parent}.</source>
      <translation>다시 받으세요. {parent}에 있습니다.</translation>
    </message>
    <message>
      <source>Drafting</source>
      <translation>초안 생성</translation>
    </message>
    <message>
      <source>EPUB book</source>
      <translation>EPUB 책</translation>
    </message>
    <message>
      <source>Each begins with a line such as: # Summarise</source>
      <translation>각 프롬프트는 다음과 같은 줄로 시작합니다: # Summarise</translation>
    </message>
    <message>
      <source>Each server stands in it once.</source>
      <translation>서버마다 한 번만 적습니다.</translation>
    </message>
    <message>
      <source>Edit {file}, or choose another id.</source>
      <translation>{file}을(를) 편집하거나 다른 ID를 선택하세요.</translation>
    </message>
    <message>
      <source>Embedder</source>
      <translation>임베더</translation>
    </message>
    <message>
      <source>Embedding</source>
      <translation>임베딩</translation>
    </message>
    <message>
      <source>Engine</source>
      <translation>엔진</translation>
    </message>
    <message>
      <source>English</source>
      <translation>영어</translation>
    </message>
    <message>
      <source>English and Chinese</source>
      <translation>영어와 중국어</translation>
    </message>
    <message>
      <source>Enter it again.</source>
      <translation>다시 입력하세요.</translation>
    </message>
    <message>
      <source>Excel workbook</source>
      <translation>Excel 통합 문서</translation>
    </message>
    <message>
      <source>Export it as PDF or SVG.</source>
      <translation>PDF나 SVG로 내보내세요.</translation>
    </message>
    <message>
      <source>Export it as PDF or Word.</source>
      <translation>PDF나 Word로 내보내세요.</translation>
    </message>
    <message>
      <source>Export it as PDF or in an Office format.</source>
      <translation>PDF나 Office 형식으로 내보내세요.</translation>
    </message>
    <message>
      <source>Export the notes again from Evernote.</source>
      <translation>Evernote에서 노트를 다시 내보내세요.</translation>
    </message>
    <message>
      <source>Export what you need as CSV or JSON.</source>
      <translation>필요한 것을 CSV나 JSON으로 내보내세요.</translation>
    </message>
    <message>
      <source>Export what you need as CSV.</source>
      <translation>필요한 것을 CSV로 내보내세요.</translation>
    </message>
    <message>
      <source>Faster on some computers. Automatic: as measured here.</source>
      <translation>일부 컴퓨터에서 더 빠릅니다. 자동: 여기서 측정한 대로.</translation>
    </message>
    <message>
      <source>File names</source>
      <translation>파일 이름</translation>
    </message>
    <message>
      <source>Fill in both and save it again.</source>
      <translation>둘 다 입력하고 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Fitting the window</source>
      <translation>컨텍스트에 맞추기</translation>
    </message>
    <message>
      <source>Flash attention</source>
      <translation>플래시 어텐션</translation>
    </message>
    <message>
      <source>Folders of models</source>
      <translation>모델 폴더</translation>
    </message>
    <message>
      <source>Folders of search models</source>
      <translation>검색 모델 폴더</translation>
    </message>
    <message>
      <source>For new indexes; the Folders page changes one that is there.</source>
      <translation>새 색인에 씁니다. 기존 색인은 폴더 페이지에서 바꿉니다.</translation>
    </message>
    <message>
      <source>For one computation. Automatic: the fastest, measured here.</source>
      <translation>계산 하나에 쓰는 수. 자동: 여기서 측정한 가장 빠른 값.</translation>
    </message>
    <message>
      <source>Free some disk space, or allow Carrel to write there, then index again. Nothing is lost.</source>
      <translation>디스크 공간을 확보하거나 Carrel이 쓸 수 있게 허용한 뒤 다시 색인하세요. 잃은 것은 없습니다.</translation>
    </message>
    <message>
      <source>Free some space on its disk, or allow Carrel to write there.</source>
      <translation>디스크 공간을 확보하거나 Carrel이 쓸 수 있게 허용하세요.</translation>
    </message>
    <message>
      <source>Free up space or make the folder writable, then try again.</source>
      <translation>공간을 확보하거나 폴더에 쓸 수 있게 한 뒤 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Free up space, then try again.</source>
      <translation>공간을 확보한 뒤 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Free up space, then try again. The download resumes where it stopped.</source>
      <translation>공간을 확보하고 다시 시도하세요. 멈춘 곳부터 이어받습니다.</translation>
    </message>
    <message>
      <source>Free up {missing} MiB, then try again.</source>
      <translation>{missing} MiB를 확보하고 다시 시도하세요.</translation>
    </message>
    <message>
      <source>From this likeness on, one search serves both.</source>
      <translation>이 유사도부터는 한 번의 검색을 함께 씁니다.</translation>
    </message>
    <message>
      <source>From your files and {persona}'s pages, word for word:</source>
      <translation>내 파일과 {persona}의 자료에서 그대로 인용:</translation>
    </message>
    <message>
      <source>From your files, word for word:</source>
      <translation>내 파일에서 그대로 인용:</translation>
    </message>
    <message>
      <source>From {persona}'s pages, word for word:</source>
      <translation>{persona}의 자료에서 그대로 인용:</translation>
    </message>
    <message>
      <source>Fusion</source>
      <translation>결합</translation>
    </message>
    <message>
      <source>GPU memory is {gpu_memory} full. Choose a smaller model or a shorter window.</source>
      <translation>GPU 메모리가 {gpu_memory} 찼습니다. 더 작은 모델이나 더 짧은 컨텍스트를 선택하세요.</translation>
    </message>
    <message>
      <source>GPUs for each layer</source>
      <translation>층마다 GPU</translation>
    </message>
    <message>
      <source>Give a name that ends in .svg.</source>
      <translation>.svg로 끝나는 이름을 지정하세요.</translation>
    </message>
    <message>
      <source>Give each home an index_uri of its own under [search]. If that home is gone, delete what is there.</source>
      <translation>홈마다 [search] 아래에 다른 index_uri를 지정하세요. 그 홈이 더 이상 없으면 그곳에 있는 것을 삭제하세요.</translation>
    </message>
    <message>
      <source>Give it in GB too, as: Mac {known} 64</source>
      <translation>메모리도 GB로 적으세요. 예: Mac {known} 64</translation>
    </message>
    <message>
      <source>Groups of GPUs</source>
      <translation>GPU 그룹</translation>
    </message>
    <message>
      <source>Guard rails</source>
      <translation>안전장치</translation>
    </message>
    <message>
      <source>How a model writes where the persona does not say. Exact is greedy.</source>
      <translation>페르소나가 정하지 않은 경우 모델이 쓰는 방식입니다. 정확은 가장 가능성 높은 단어만 씁니다.</translation>
    </message>
    <message>
      <source>How many {words}?</source>
      <translation>{words}은(는) 몇 개입니까?</translation>
    </message>
    <message>
      <source>I do not answer questions on this topic.</source>
      <translation>이 주제의 질문에는 답하지 않습니다.</translation>
    </message>
    <message>
      <source>IP address</source>
      <translation>IP 주소</translation>
    </message>
    <message>
      <source>IP addresses</source>
      <translation>IP 주소</translation>
    </message>
    <message>
      <source>In answers.</source>
      <translation>답변에서 확인합니다.</translation>
    </message>
    <message>
      <source>In no source and not in the question: {shown}</source>
      <translation>출처와 질문에 없는 주소: {shown}</translation>
    </message>
    <message>
      <source>Install Carrel again, or: pip install 'carrel-desktop[llama]', which compiles it.</source>
      <translation>Carrel을 다시 설치하거나 pip install 'carrel-desktop[llama]'를 실행하세요(컴파일합니다).</translation>
    </message>
    <message>
      <source>Install it with `pip install 'carrel-desktop[workstation]'`, or choose a GGUF model, which llama.cpp runs.</source>
      <translation>`pip install 'carrel-desktop[workstation]'`로 설치하거나 llama.cpp가 실행하는 GGUF 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Is it a server for OpenAI's chat completions, and is the address right?</source>
      <translation>OpenAI 채팅 완성 API 서버가 맞나요? 주소가 맞나요?</translation>
    </message>
    <message>
      <source>Is it a server for language models?</source>
      <translation>언어 모델 서버가 맞나요?</translation>
    </message>
    <message>
      <source>It cannot be opened: {error}</source>
      <translation>열 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>It cannot be read: {strerror}.</source>
      <translation>읽을 수 없습니다: {strerror}.</translation>
    </message>
    <message>
      <source>It computes invalid numbers: its weights are damaged. Download the model again.</source>
      <translation>잘못된 숫자를 계산합니다. 가중치가 손상되었습니다. 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>It does not name its architecture. It is damaged, or not a chat model.</source>
      <translation>아키텍처 이름이 없습니다. 손상되었거나 대화 모델이 아닙니다.</translation>
    </message>
    <message>
      <source>It does not write text ({architecture}). Choose a chat model.</source>
      <translation>글을 쓰는 모델이 아닙니다({architecture}). 대화 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It does not write text ({config}). Choose a chat model.</source>
      <translation>글을 쓰는 모델이 아닙니다({config}). 대화 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It does not write text. Choose a chat model.</source>
      <translation>글을 쓰는 모델이 아닙니다. 대화 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It fails to compute: {reason}</source>
      <translation>계산에 실패합니다: {reason}</translation>
    </message>
    <message>
      <source>It has no vocabulary. Choose a chat model.</source>
      <translation>어휘가 없습니다. 대화 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It has no weights, only a vocabulary. Choose a chat model.</source>
      <translation>가중치 없이 어휘만 있습니다. 대화 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It has only one version: leave the quantisation out.</source>
      <translation>버전이 하나뿐이니 양자화를 빼고 입력하세요.</translation>
    </message>
    <message>
      <source>It has {names}.</source>
      <translation>있는 것: {names}.</translation>
    </message>
    <message>
      <source>It has {source} characters; the longest have some 30,000.</source>
      <translation>{source}자입니다. 가장 긴 것도 약 30,000자입니다.</translation>
    </message>
    <message>
      <source>It has: {offered}.</source>
      <translation>있는 것: {offered}.</translation>
    </message>
    <message>
      <source>It is 1 to {most_parallel}.</source>
      <translation>1에서 {most_parallel}까지입니다.</translation>
    </message>
    <message>
      <source>It is a folder. Choose a .gguf file.</source>
      <translation>폴더입니다. .gguf 파일을 선택하세요.</translation>
    </message>
    <message>
      <source>It is an adapter for a model. Choose the model itself.</source>
      <translation>모델용 어댑터입니다. 모델 자체를 선택하세요.</translation>
    </message>
    <message>
      <source>It is an addition to a model ({kind}). Choose the model itself.</source>
      <translation>모델에 더하는 파일({kind})입니다. 모델 자체를 선택하세요.</translation>
    </message>
    <message>
      <source>It is cut there. 0: nowhere.</source>
      <translation>이 길이에서 자릅니다. 0: 자르지 않음.</translation>
    </message>
    <message>
      <source>It is in {places}. Use a model on this machine, or let [guard] in the settings mask it instead. If the server runs on this machine, say so with `carrel remote local`.</source>
      <translation>위치: {places}. 이 컴퓨터의 모델을 사용하거나, 설정의 [guard]에서 대신 가리도록 하세요. 서버가 이 컴퓨터에서 실행된다면 `carrel remote local`로 알려 주세요.</translation>
    </message>
    <message>
      <source>It is in {place}. Carrel does not delete files there.</source>
      <translation>{place}에 있습니다. Carrel은 그곳의 파일을 삭제하지 않습니다.</translation>
    </message>
    <message>
      <source>It is not UTF-8 text</source>
      <translation>UTF-8 텍스트가 아닙니다</translation>
    </message>
    <message>
      <source>It is not a GGUF file. Choose a file that ends in .gguf.</source>
      <translation>GGUF 파일이 아닙니다. .gguf로 끝나는 파일을 선택하세요.</translation>
    </message>
    <message>
      <source>It is not a folder with config.json and safetensors.</source>
      <translation>config.json과 safetensors가 있는 폴더가 아닙니다.</translation>
    </message>
    <message>
      <source>It is not valid GBNF, or it has a left-recursive rule.</source>
      <translation>올바른 GBNF가 아니거나 왼쪽 재귀 규칙이 있습니다.</translation>
    </message>
    <message>
      <source>It is not valid TOML: {error}</source>
      <translation>올바른 TOML이 아닙니다: {error}</translation>
    </message>
    <message>
      <source>It is {context}.</source>
      <translation>현재 값은 {context}입니다.</translation>
    </message>
    <message>
      <source>It is {noun}.</source>
      <translation>{noun}입니다.</translation>
    </message>
    <message>
      <source>It is {number}.</source>
      <translation>지금은 {number}입니다.</translation>
    </message>
    <message>
      <source>It is “{thinking}”.</source>
      <translation>지금은 “{thinking}”입니다.</translation>
    </message>
    <message>
      <source>It leaves the model no way to continue its answer.</source>
      <translation>모델이 답변을 이어 갈 방법이 없습니다.</translation>
    </message>
    <message>
      <source>It may be damaged.</source>
      <translation>손상되었을 수 있습니다.</translation>
    </message>
    <message>
      <source>It needs to run code of its own, which Carrel never does. Choose a model without such code.</source>
      <translation>자체 코드를 실행해야 하는데 Carrel은 그렇게 하지 않습니다. 그런 코드가 없는 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>It points to {location}. Carrel follows no redirection: set that address if you trust it.</source>
      <translation>{location}을(를) 가리킵니다. Carrel은 리디렉션을 따르지 않습니다. 믿을 수 있으면 그 주소로 설정하세요.</translation>
    </message>
    <message>
      <source>It runs on this computer</source>
      <translation>이 컴퓨터에서 실행</translation>
    </message>
    <message>
      <source>It stops there and keeps what it has.</source>
      <translation>이 시간에 멈추고 그때까지의 결과를 씁니다.</translation>
    </message>
    <message>
      <source>It takes too long, or writes too much. The model's file is damaged, or not to be trusted.</source>
      <translation>너무 오래 걸리거나 너무 많이 씁니다. 모델 파일이 손상되었거나 믿을 수 없습니다.</translation>
    </message>
    <message>
      <source>It takes {needed} MB for a while. Free some space.</source>
      <translation>잠시 {needed} MB가 필요합니다. 공간을 확보하세요.</translation>
    </message>
    <message>
      <source>It was deleted. Try again later.</source>
      <translation>삭제했습니다. 나중에 다시 시도하세요.</translation>
    </message>
    <message>
      <source>It would be slow here; a smaller model writes at least {wanted_tokens_per_second} tokens/s.</source>
      <translation>여기서는 느릴 것입니다. 더 작은 모델은 초당 {wanted_tokens_per_second}토큰 이상을 씁니다.</translation>
    </message>
    <message>
      <source>It {replace}.</source>
      <translation>{replace}.</translation>
    </message>
    <message>
      <source>Its chat template is broken: {hint}</source>
      <translation>채팅 템플릿이 잘못되었습니다: {hint}</translation>
    </message>
    <message>
      <source>Its header does not tell its whole shape. Give layers, hidden and the rest yourself.</source>
      <translation>헤더에 전체 형태가 없습니다. layers, hidden 등을 직접 입력하세요.</translation>
    </message>
    <message>
      <source>Its header is damaged: {value} is {value2}. Download it again.</source>
      <translation>헤더가 손상되었습니다: {value} = {value2}. 다시 받으세요.</translation>
    </message>
    <message>
      <source>Its header is larger than that of any known model. The file is damaged.</source>
      <translation>헤더가 알려진 어떤 모델보다 큽니다. 파일이 손상되었습니다.</translation>
    </message>
    <message>
      <source>Its name does not fit a model in parts. Download it again.</source>
      <translation>이름이 나뉜 모델의 형식에 맞지 않습니다. 다시 받으세요.</translation>
    </message>
    <message>
      <source>Its name on the server. Empty: the first.</source>
      <translation>서버에서의 이름. 비우면 첫 번째 모델.</translation>
    </message>
    <message>
      <source>Its tokenizer is missing. Download the model again, with all its files.</source>
      <translation>토크나이저가 없습니다. 모든 파일과 함께 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>Its weights are missing. Download the model again, with all its files.</source>
      <translation>가중치가 없습니다. 모든 파일과 함께 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>Its weights are pickle files, which can run code. Choose a version in safetensors.</source>
      <translation>가중치가 코드를 실행할 수 있는 pickle 파일입니다. safetensors 버전을 선택하세요.</translation>
    </message>
    <message>
      <source>Its weights need {gib} GiB on the graphics card, and {gib2} GiB are free. Close other programs that use it, or choose a smaller model.</source>
      <translation>가중치에 그래픽 카드 메모리 {gib} GiB가 필요한데 {gib2} GiB만 비어 있습니다. 그래픽 카드를 쓰는 다른 프로그램을 닫거나 더 작은 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Its weights need {sizes}. Close other programs, or choose a smaller model.</source>
      <translation>가중치에 {sizes}이(가) 필요합니다. 다른 프로그램을 닫거나 더 작은 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>Keep answers</source>
      <translation>답변 보관</translation>
    </message>
    <message>
      <source>Keep deleted chats</source>
      <translation>삭제한 대화 보관</translation>
    </message>
    <message>
      <source>Keys, passwords, identity, card and account numbers</source>
      <translation>키, 비밀번호, 신분증·카드·계좌 번호</translation>
    </message>
    <message>
      <source>Keyword search</source>
      <translation>키워드 검색</translation>
    </message>
    <message>
      <source>Kinds of personal data that go as placeholders.</source>
      <translation>자리 표시자로 바꾸어 보내는 개인정보 종류입니다.</translation>
    </message>
    <message>
      <source>Kinds of personal data that may go as they are.</source>
      <translation>그대로 보내도 되는 개인정보 종류입니다.</translation>
    </message>
    <message>
      <source>Kinds of personal data that never go to a server.</source>
      <translation>서버로 절대 보내지 않는 개인정보 종류입니다.</translation>
    </message>
    <message>
      <source>Known names: {known_names}.</source>
      <translation>알려진 이름: {known_names}.</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>언어</translation>
    </message>
    <message>
      <source>Layers on graphics cards</source>
      <translation>그래픽 카드의 레이어</translation>
    </message>
    <message>
      <source>Least relevance</source>
      <translation>최소 관련도</translation>
    </message>
    <message>
      <source>Let personas refuse topics</source>
      <translation>페르소나가 주제를 거부하도록 허용</translation>
    </message>
    <message>
      <source>Longest answer</source>
      <translation>가장 긴 답변</translation>
    </message>
    <message>
      <source>Longest match of ngram</source>
      <translation>ngram의 최대 일치 길이</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>다시 찾기</translation>
    </message>
    <message>
      <source>Looked again: {subject} · {outcome}</source>
      <translation>다시 찾음: {subject} · {outcome}</translation>
    </message>
    <message>
      <source>Looking again</source>
      <translation>다시 찾기</translation>
    </message>
    <message>
      <source>Mask sends placeholders; refuse sends nothing with any.</source>
      <translation>가리기는 자리 표시자를 보내고, 거부는 개인정보가 있으면 보내지 않습니다.</translation>
    </message>
    <message>
      <source>Memory for chats</source>
      <translation>대화용 메모리</translation>
    </message>
    <message>
      <source>Memory for models</source>
      <translation>모델용 메모리</translation>
    </message>
    <message>
      <source>Memory of a chat</source>
      <translation>대화 메모리</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>모델</translation>
    </message>
    <message>
      <source>Model server</source>
      <translation>모델 서버</translation>
    </message>
    <message>
      <source>Model that drafts</source>
      <translation>초안을 쓰는 모델</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>모델</translation>
    </message>
    <message>
      <source>Models cannot be saved in {models}: {error}</source>
      <translation>모델을 {models}에 저장할 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>More of them wait.</source>
      <translation>나머지는 기다립니다.</translation>
    </message>
    <message>
      <source>More servers</source>
      <translation>추가 서버</translation>
    </message>
    <message>
      <source>Name a folder; every file in it is then indexed.</source>
      <translation>폴더를 지정하세요. 그 안의 모든 파일을 색인합니다.</translation>
    </message>
    <message>
      <source>Name addresses in an answer that no source has.</source>
      <translation>출처에 없는 주소가 답변에 있으면 알립니다.</translation>
    </message>
    <message>
      <source>Names, addresses, phone numbers</source>
      <translation>이름, 주소, 전화번호</translation>
    </message>
    <message>
      <source>Near it: {near}. Or give its memory, as 16GB; several as 2x A100-80.</source>
      <translation>비슷한 이름: {near}. 또는 16GB처럼 메모리를, 여러 개는 2x A100-80처럼 적으세요.</translation>
    </message>
    <message>
      <source>No chat model is called “{name}”.</source>
      <translation>“{name}”(이)라는 대화 모델이 없습니다.</translation>
    </message>
    <message>
      <source>No compilation</source>
      <translation>컴파일 안 함</translation>
    </message>
    <message>
      <source>No embedder is installed</source>
      <translation>설치된 임베더가 없습니다</translation>
    </message>
    <message>
      <source>No file answers this. Try other words, or add a folder with the answer.</source>
      <translation>답이 있는 파일이 없습니다. 다른 말로 물어보거나 답이 있는 폴더를 추가하세요.</translation>
    </message>
    <message>
      <source>No files</source>
      <translation>파일 없음</translation>
    </message>
    <message>
      <source>No indexed file has the key {key}.</source>
      <translation>{key} 키가 있는 색인된 파일이 없습니다.</translation>
    </message>
    <message>
      <source>No machine is called “{name}”</source>
      <translation>“{name}”이라는 기기가 없습니다</translation>
    </message>
    <message>
      <source>No model can continue this answer</source>
      <translation>이 답변을 이어 쓸 모델이 없습니다</translation>
    </message>
    <message>
      <source>No model is named</source>
      <translation>모델을 지정하지 않았습니다</translation>
    </message>
    <message>
      <source>No model server is set up</source>
      <translation>설정된 모델 서버가 없습니다</translation>
    </message>
    <message>
      <source>No other embedder was used before.</source>
      <translation>이전에 쓴 다른 임베더가 없습니다.</translation>
    </message>
    <message>
      <source>No package index can be read.{troubles}</source>
      <translation>읽을 수 있는 패키지 색인이 없습니다.{troubles}</translation>
    </message>
    <message>
      <source>No package index has a release of {name}.</source>
      <translation>어느 패키지 색인에도 {name}의 배포판이 없습니다.</translation>
    </message>
    <message>
      <source>No package index has {name} {version}.{troubles}</source>
      <translation>어느 패키지 색인에도 {name} {version}이(가) 없습니다.{troubles}</translation>
    </message>
    <message>
      <source>No prompt is named {name}</source>
      <translation>‘{name}’(이)라는 프롬프트가 없습니다</translation>
    </message>
    <message>
      <source>No {model} is called “{name}”.</source>
      <translation>“{name}”(이)라는 {model}이(가) 없습니다.</translation>
    </message>
    <message>
      <source>Not in the sources</source>
      <translation>출처에 없음</translation>
    </message>
    <message>
      <source>Not in the sources: {missing}</source>
      <translation>출처에 없음: {missing}</translation>
    </message>
    <message>
      <source>Nothing in the files read so far answers this. {says}.</source>
      <translation>지금까지 읽은 파일에는 답이 없습니다. {says}.</translation>
    </message>
    <message>
      <source>Nothing was changed. Try again.</source>
      <translation>변경된 것이 없습니다. 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Nothing was installed. Remove that file.</source>
      <translation>아무것도 설치되지 않았습니다. 그 파일을 지우세요.</translation>
    </message>
    <message>
      <source>Nothing was installed. Try again later.</source>
      <translation>아무것도 설치하지 않았습니다. 나중에 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Nothing was sent to {model}, as the question or its passages contain {summary}</source>
      <translation>질문이나 구절에 {summary}이(가) 있어 {model}에 아무것도 보내지 않았습니다</translation>
    </message>
    <message>
      <source>Obsidian vault</source>
      <translation>Obsidian 보관함</translation>
    </message>
    <message>
      <source>Of a GGUF model. Automatic: as many as their free memory holds.</source>
      <translation>GGUF 모델의 레이어입니다. 자동: 남은 메모리에 들어가는 만큼.</translation>
    </message>
    <message>
      <source>Of a server with OpenAI's chat completions, as http://gpu.local:8000.</source>
      <translation>OpenAI 채팅 완성 API 서버의 주소(예: http://gpu.local:8000).</translation>
    </message>
    <message>
      <source>Of that price.</source>
      <translation>위 가격의 통화입니다.</translation>
    </message>
    <message>
      <source>Of the models in memory the smallest answers simple questions, the biggest complex ones, and none on a server those with personal data.</source>
      <translation>메모리에 있는 모델 중 가장 작은 모델이 간단한 질문에, 가장 큰 모델이 복잡한 질문에 답하며, 개인정보가 있는 질문은 서버로 보내지 않습니다.</translation>
    </message>
    <message>
      <source>Of the models in memory; all others go to the chosen one.</source>
      <translation>메모리에 있는 모델 중에서. 나머지는 선택한 모델이 답합니다.</translation>
    </message>
    <message>
      <source>Of the same model as the server below; they share the questions.</source>
      <translation>아래 서버와 같은 모델의 서버들로, 질문을 나누어 맡습니다.</translation>
    </message>
    <message>
      <source>Of the text it looks for.</source>
      <translation>찾을 텍스트의 길이입니다.</translation>
    </message>
    <message>
      <source>Of the window, from the next start on.</source>
      <translation>창의 언어입니다. 다음 시작부터 적용됩니다.</translation>
    </message>
    <message>
      <source>On a GPU. bfloat16 where numbers overflow.</source>
      <translation>GPU에서만. 수가 넘치면 bfloat16.</translation>
    </message>
    <message>
      <source>On each GPU. Automatic: what the share leaves.</source>
      <translation>GPU마다. 자동: 위 비율에서 남는 만큼.</translation>
    </message>
    <message>
      <source>Only partly in the sources</source>
      <translation>출처에 일부만 있음</translation>
    </message>
    <message>
      <source>Open it in Jupyter and save it again.</source>
      <translation>Jupyter에서 열어 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Open it in Obsidian and save it again.</source>
      <translation>Obsidian에서 열어 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Open it in Outlook and save it again.</source>
      <translation>Outlook에서 열어 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Open it in Word and save it again.</source>
      <translation>Word에서 열어 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Open it in a PDF viewer and save or print it again.</source>
      <translation>PDF 뷰어에서 열어 다시 저장하거나 인쇄하세요.</translation>
    </message>
    <message>
      <source>Open it in its own program and save it again.</source>
      <translation>원래 프로그램에서 열어 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Open it in the program that wrote it.</source>
      <translation>이 파일을 만든 프로그램에서 여세요.</translation>
    </message>
    <message>
      <source>PDF with an unknown kind of encryption</source>
      <translation>알 수 없는 방식으로 암호화된 PDF</translation>
    </message>
    <message>
      <source>Passage {numbers}</source>
      <translation>구절 {numbers}</translation>
    </message>
    <message>
      <source>Passages after reranking</source>
      <translation>리랭킹 후 구절</translation>
    </message>
    <message>
      <source>Passages to rerank</source>
      <translation>리랭킹할 구절</translation>
    </message>
    <message>
      <source>Passages {numbers}</source>
      <translation>구절 {numbers}</translation>
    </message>
    <message>
      <source>Pays where all prompts are equally long. On a GPU.</source>
      <translation>모든 프롬프트의 길이가 같을 때 이득입니다. GPU에서만.</translation>
    </message>
    <message>
      <source>Per million tokens, to show what retrieval saved. 0: no money is shown.</source>
      <translation>백만 토큰당 가격. 검색으로 아낀 비용을 보여 줍니다. 0: 표시 안 함.</translation>
    </message>
    <message>
      <source>Persona</source>
      <translation>페르소나</translation>
    </message>
    <message>
      <source>Personal data</source>
      <translation>개인정보</translation>
    </message>
    <message>
      <source>Pickle files can run code and are never downloaded. Look for a version in GGUF or safetensors.</source>
      <translation>Pickle 파일은 코드를 실행할 수 있어 받지 않습니다. GGUF나 safetensors 버전을 찾으세요.</translation>
    </message>
    <message>
      <source>Place of the index</source>
      <translation>색인 위치</translation>
    </message>
    <message>
      <source>PowerPoint presentation</source>
      <translation>PowerPoint 프레젠테이션</translation>
    </message>
    <message>
      <source>Price of reading</source>
      <translation>읽기 비용</translation>
    </message>
    <message>
      <source>Privacy</source>
      <translation>개인정보 보호</translation>
    </message>
    <message>
      <source>Products of 32 bits with fewer digits, faster. On a GPU.</source>
      <translation>32비트 곱셈을 적은 자릿수로 더 빠르게 합니다. GPU에서만.</translation>
    </message>
    <message>
      <source>Put a transcript into the folder.</source>
      <translation>녹취록을 폴더에 넣으세요.</translation>
    </message>
    <message>
      <source>Put back a copy of it from a backup of yours. Without it, nothing of this home can be opened.</source>
      <translation>백업에서 사본을 되돌려 놓으세요. 없으면 이 홈의 어떤 것도 열 수 없습니다.</translation>
    </message>
    <message>
      <source>Put the file itself into the folder.</source>
      <translation>파일 자체를 폴더에 넣으세요.</translation>
    </message>
    <message>
      <source>Quantising needs bitsandbytes and accelerate: `pip install 'carrel-desktop[workstation]'`.</source>
      <translation>불러오면서 양자화하려면 bitsandbytes와 accelerate가 필요합니다: `pip install 'carrel-desktop[workstation]'`.</translation>
    </message>
    <message>
      <source>Quantization</source>
      <translation>양자화</translation>
    </message>
    <message>
      <source>Quantize twice</source>
      <translation>이중 양자화</translation>
    </message>
    <message>
      <source>Question</source>
      <translation>질문</translation>
    </message>
    <message>
      <source>Read in excerpts: {name} ({part})</source>
      <translation>발췌해서 읽음: {name}({part})</translation>
    </message>
    <message>
      <source>Read whole: {name} ({sections} section)</source>
      <translation>전체를 읽음: {name}({sections}개 부분)</translation>
    </message>
    <message>
      <source>Read whole: {name} ({sections} sections)</source>
      <translation>전체를 읽음: {name}({sections}개 부분)</translation>
    </message>
    <message>
      <source>Read {read} in {files} ({share}){money}</source>
      <translation>{files}에서 {read} 읽음({share}){money}</translation>
    </message>
    <message>
      <source>Reading the prompt</source>
      <translation>프롬프트 읽기</translation>
    </message>
    <message>
      <source>Reads the best passages again, in order. Auto: the installed one.</source>
      <translation>가장 좋은 구절들을 다시 읽고 순서를 정합니다. 자동: 설치된 것.</translation>
    </message>
    <message>
      <source>Refuse every connection to another computer.</source>
      <translation>다른 컴퓨터와의 모든 연결을 거부합니다.</translation>
    </message>
    <message>
      <source>Remove a persona of your own.</source>
      <translation>내 페르소나를 제거하세요.</translation>
    </message>
    <message>
      <source>Remove a persona, or choose another name.</source>
      <translation>페르소나를 제거하거나 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>Remove it first.</source>
      <translation>먼저 제거하세요.</translation>
    </message>
    <message>
      <source>Removed are: {removed}</source>
      <translation>제거된 것: {removed}</translation>
    </message>
    <message>
      <source>Rename it to end in {suffix}.</source>
      <translation>이름이 {suffix}(으)로 끝나게 바꾸세요.</translation>
    </message>
    <message>
      <source>Rename it, and add it again.</source>
      <translation>이름을 바꾸고 다시 추가하세요.</translation>
    </message>
    <message>
      <source>Reranker</source>
      <translation>리랭커</translation>
    </message>
    <message>
      <source>Reranking</source>
      <translation>재순위화</translation>
    </message>
    <message>
      <source>Retrieval</source>
      <translation>검색 전체</translation>
    </message>
    <message>
      <source>Rewriting</source>
      <translation>질문 다시 쓰기</translation>
    </message>
    <message>
      <source>Role markers in {lower} were broken.</source>
      <translation>{lower}의 역할 표시를 무력화했습니다.</translation>
    </message>
    <message>
      <source>Room for passages</source>
      <translation>구절 공간</translation>
    </message>
    <message>
      <source>Run Carrel in a terminal, which asks for it, or set {variable}.</source>
      <translation>암호를 묻는 터미널에서 Carrel을 실행하거나 {variable}을(를) 설정하세요.</translation>
    </message>
    <message>
      <source>Run `carrel index` to rebuild it from the text that Carrel already has.</source>
      <translation>`carrel index`를 실행하면 Carrel에 있는 텍스트로 다시 만듭니다.</translation>
    </message>
    <message>
      <source>Run `carrel models pull {name}`.</source>
      <translation>`carrel models pull {name}`을(를) 실행하세요.</translation>
    </message>
    <message>
      <source>Save a copy without a password.</source>
      <translation>암호 없이 사본을 저장하세요.</translation>
    </message>
    <message>
      <source>Save a copy without encryption.</source>
      <translation>암호화하지 않은 사본을 저장하세요.</translation>
    </message>
    <message>
      <source>Save a decrypted copy.</source>
      <translation>복호화한 사본을 저장하세요.</translation>
    </message>
    <message>
      <source>Save a smaller copy.</source>
      <translation>더 작은 사본을 저장하세요.</translation>
    </message>
    <message>
      <source>Save it again as a web page.</source>
      <translation>웹 페이지로 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Save it again in Safari.</source>
      <translation>Safari에서 다시 저장하세요.</translation>
    </message>
    <message>
      <source>Save it as .docx.</source>
      <translation>.docx로 저장하세요.</translation>
    </message>
    <message>
      <source>Save it as PNG or JPEG.</source>
      <translation>PNG나 JPEG로 저장하세요.</translation>
    </message>
    <message>
      <source>Save it in a newer format.</source>
      <translation>더 새로운 형식으로 저장하세요.</translation>
    </message>
    <message>
      <source>Save them one by one as .msg or .eml.</source>
      <translation>하나씩 .msg나 .eml로 저장하세요.</translation>
    </message>
    <message>
      <source>Saving the chat</source>
      <translation>채팅 저장</translation>
    </message>
    <message>
      <source>Say when a file tries to command the model.</source>
      <translation>모델에 명령하려는 파일을 알립니다.</translation>
    </message>
    <message>
      <source>Say when one tries to change what the model obeys.</source>
      <translation>모델이 따르는 규칙을 바꾸려는 질문을 알립니다.</translation>
    </message>
    <message>
      <source>Say which: carrel models fit OWNER/MODEL --on MACHINE</source>
      <translation>모델을 지정하세요: carrel models fit OWNER/MODEL --on MACHINE</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>검색</translation>
    </message>
    <message>
      <source>Searched first.</source>
      <translation>먼저 찾는 곳입니다.</translation>
    </message>
    <message>
      <source>Searched for models besides Carrel's own.</source>
      <translation>Carrel의 폴더 외에 모델을 찾는 곳입니다.</translation>
    </message>
    <message>
      <source>Searched for: {splitlines}</source>
      <translation>검색어: {splitlines}</translation>
    </message>
    <message>
      <source>Searches kept</source>
      <translation>보관하는 검색</translation>
    </message>
    <message>
      <source>Selection</source>
      <translation>선택</translation>
    </message>
    <message>
      <source>Sentences</source>
      <translation>문장 비교</translation>
    </message>
    <message>
      <source>Set a context window of {window} tokens, or close other programs.</source>
      <translation>컨텍스트를 {window}토큰으로 설정하거나 다른 프로그램을 닫으세요.</translation>
    </message>
    <message>
      <source>Set it to on or off, or use a GGUF model.</source>
      <translation>on이나 off로 설정하거나 GGUF 모델을 사용하세요.</translation>
    </message>
    <message>
      <source>Set url under [remote] in the settings, or choose remote:URL#model.</source>
      <translation>설정의 [remote]에서 url을 설정하거나 remote:URL#model을 선택하세요.</translation>
    </message>
    <message>
      <source>Set {variable} for each run instead: Carrel itself writes no key to disk.</source>
      <translation>대신 실행할 때마다 {variable}을(를) 설정하세요. Carrel은 키를 디스크에 쓰지 않습니다.</translation>
    </message>
    <message>
      <source>Several answers at once</source>
      <translation>동시에 여러 답변</translation>
    </message>
    <message>
      <source>Share of GPU memory</source>
      <translation>GPU 메모리 비율</translation>
    </message>
    <message>
      <source>Share of this computer's memory for all models.</source>
      <translation>모든 모델이 쓸 수 있는 이 컴퓨터 메모리의 비율입니다.</translation>
    </message>
    <message>
      <source>Similar questions</source>
      <translation>비슷한 질문</translation>
    </message>
    <message>
      <source>So long they can be restored. 0: until Undo ends.</source>
      <translation>이 기간 동안 복원할 수 있습니다. 0: 실행 취소가 끝날 때까지.</translation>
    </message>
    <message>
      <source>Something went wrong inside Carrel</source>
      <translation>Carrel 내부에서 문제가 발생했습니다</translation>
    </message>
    <message>
      <source>Split it into smaller files.</source>
      <translation>더 작은 파일로 나누세요.</translation>
    </message>
    <message>
      <source>Split it.</source>
      <translation>나누세요.</translation>
    </message>
    <message>
      <source>Start Carrel again: it sets {name} aside, and repairs what it held.</source>
      <translation>Carrel을 다시 시작하세요. {name}을(를) 따로 보관하고 내용을 복구합니다.</translation>
    </message>
    <message>
      <source>Start a new conversation.</source>
      <translation>새 대화를 시작하세요.</translation>
    </message>
    <message>
      <source>Start it with one.</source>
      <translation>모델과 함께 시작하세요.</translation>
    </message>
    <message>
      <source>Starts faster, writes slower. Automatic: compile on a GPU.</source>
      <translation>빨리 시작하지만 느리게 씁니다. 자동: GPU에서 컴파일.</translation>
    </message>
    <message>
      <source>Store the right key with `carrel remote key`, or set CARREL_REMOTE_KEY.</source>
      <translation>`carrel remote key`로 올바른 키를 저장하거나 CARREL_REMOTE_KEY를 설정하세요.</translation>
    </message>
    <message>
      <source>Take {shortest_passphrase} characters at least; four or more words that do not belong together are good.</source>
      <translation>{shortest_passphrase}자 이상으로 정하세요. 서로 관련 없는 단어 네 개 이상이 좋습니다.</translation>
    </message>
    <message>
      <source>That is not the passphrase of this home</source>
      <translation>이 홈의 암호가 아닙니다</translation>
    </message>
    <message>
      <source>The Carrel that was answering has ended</source>
      <translation>답변하던 Carrel이 종료되었습니다</translation>
    </message>
    <message>
      <source>The answer contains abusive words.</source>
      <translation>답변에 욕설이 있습니다.</translation>
    </message>
    <message>
      <source>The answer does not follow the format: {problem}.</source>
      <translation>답변이 형식을 따르지 않습니다: {problem}.</translation>
    </message>
    <message>
      <source>The answer is no longer in the conversation</source>
      <translation>답변이 더 이상 대화에 없습니다</translation>
    </message>
    <message>
      <source>The answer was cut at {answer_characters} characters.</source>
      <translation>답변을 {answer_characters}자에서 잘랐습니다.</translation>
    </message>
    <message>
      <source>The best that the reranker reads.</source>
      <translation>리랭커가 읽는 상위 구절 수입니다.</translation>
    </message>
    <message>
      <source>The chart cannot be written as {name}</source>
      <translation>차트를 {name}(으)로 저장할 수 없습니다</translation>
    </message>
    <message>
      <source>The connection log {file} cannot be read</source>
      <translation>연결 기록 {file}을(를) 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>The connection log {log_file} cannot be written</source>
      <translation>연결 기록 {log_file}에 쓸 수 없습니다</translation>
    </message>
    <message>
      <source>The conversations in {path} cannot be opened or saved: {error}</source>
      <translation>{path}의 대화를 열거나 저장할 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>The conversations in {path} cannot be read: {error}</source>
      <translation>{path}의 대화를 읽을 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>The conversations in {path} were written by a newer Carrel</source>
      <translation>{path}의 대화는 더 새로운 Carrel이 썼습니다</translation>
    </message>
    <message>
      <source>The default settings apply</source>
      <translation>기본 설정이 적용됩니다</translation>
    </message>
    <message>
      <source>The disk is too full to convert the home</source>
      <translation>디스크가 가득 차서 홈을 변환할 수 없습니다</translation>
    </message>
    <message>
      <source>The disk of {parent} is full.</source>
      <translation>{parent}의 디스크가 가득 찼습니다.</translation>
    </message>
    <message>
      <source>The disk of {parent} is full. Free some space, then try again. Nothing is lost.</source>
      <translation>{parent}의 디스크가 가득 찼습니다. 공간을 확보하고 다시 시도하세요. 잃은 것은 없습니다.</translation>
    </message>
    <message>
      <source>The disk of {parent} is read-only. Make it writable, or choose another folder with --home. Nothing is lost.</source>
      <translation>{parent}의 디스크는 읽기 전용입니다. 쓸 수 있게 하거나 --home으로 다른 폴더를 선택하세요. 잃은 것은 없습니다.</translation>
    </message>
    <message>
      <source>The disk of {parent} reports an error. Copy the folder to another disk, and check this one.</source>
      <translation>{parent}의 디스크에 오류가 있습니다. 폴더를 다른 디스크로 복사하고 이 디스크를 점검하세요.</translation>
    </message>
    <message>
      <source>The embedder {name} is not installed.</source>
      <translation>임베더 {name}이(가) 설치되어 있지 않습니다.</translation>
    </message>
    <message>
      <source>The embedder {previous} is not installed.</source>
      <translation>임베더 {previous}이(가) 설치되어 있지 않습니다.</translation>
    </message>
    <message>
      <source>The embedder's tokenizer cannot be read</source>
      <translation>임베더의 토크나이저를 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>The engine</source>
      <translation>엔진</translation>
    </message>
    <message>
      <source>The engine's process could not be started</source>
      <translation>엔진 프로세스를 시작할 수 없습니다</translation>
    </message>
    <message>
      <source>The fewest that an answer then reads.</source>
      <translation>답변이 읽는 최소 구절 수입니다.</translation>
    </message>
    <message>
      <source>The file cannot be read: {strerror}.</source>
      <translation>파일을 읽을 수 없습니다: {strerror}.</translation>
    </message>
    <message>
      <source>The file has no content</source>
      <translation>파일에 내용이 없습니다</translation>
    </message>
    <message>
      <source>The file is damaged or was not downloaded completely. Download it again.</source>
      <translation>파일이 손상되었거나 다 받지 못했습니다. 다시 받으세요.</translation>
    </message>
    <message>
      <source>The file is empty. Download it again.</source>
      <translation>파일이 비어 있습니다. 다시 받으세요.</translation>
    </message>
    <message>
      <source>The file may be damaged, or too large for this machine's memory. Choose it yourself to try again.</source>
      <translation>파일이 손상되었거나 이 컴퓨터의 메모리에 비해 너무 클 수 있습니다. 다시 시도하려면 직접 선택하세요.</translation>
    </message>
    <message>
      <source>The file of its library. Automatic: the best that is installed.</source>
      <translation>라이브러리 파일입니다. 자동: 설치된 것 중 가장 좋은 것.</translation>
    </message>
    <message>
      <source>The file of your chats was damaged, and is repaired</source>
      <translation>대화 파일이 손상되어 복구했습니다</translation>
    </message>
    <message>
      <source>The file says {values}.</source>
      <translation>파일에는 {values}(이)라고 되어 있습니다.</translation>
    </message>
    <message>
      <source>The file says {value}.</source>
      <translation>파일에는 {value}(이)라고 되어 있습니다.</translation>
    </message>
    <message>
      <source>The file {passphrase_files} is damaged, and so is its copy in {backups}</source>
      <translation>{passphrase_files} 파일과 {backups}의 사본이 모두 손상되었습니다</translation>
    </message>
    <message>
      <source>The files in {new} are still unread</source>
      <translation>{new}의 파일을 아직 읽지 않았습니다</translation>
    </message>
    <message>
      <source>The filter {text} is not understood near {near}.</source>
      <translation>필터 {text}의 {near} 부근을 이해할 수 없습니다.</translation>
    </message>
    <message>
      <source>The first answer was asked for again: {problem}.</source>
      <translation>첫 답변을 다시 요청했습니다: {problem}.</translation>
    </message>
    <message>
      <source>The format is not a JSON Schema</source>
      <translation>형식이 JSON 스키마가 아닙니다</translation>
    </message>
    <message>
      <source>The grammar for the answer is not valid</source>
      <translation>답변 문법이 올바르지 않습니다</translation>
    </message>
    <message>
      <source>The hub does not offer the official {name}: {why}.</source>
      <translation>허브에 공식 {name}이(가) 없습니다: {why}.</translation>
    </message>
    <message>
      <source>The hub offers revision {revision} of {name} instead of {revision2}.</source>
      <translation>허브가 {name}의 {revision2} 대신 {revision} 버전을 제공합니다.</translation>
    </message>
    <message>
      <source>The hub's answer cannot be read.</source>
      <translation>허브의 응답을 읽을 수 없습니다.</translation>
    </message>
    <message>
      <source>The hub's listing of {name} cannot be read.</source>
      <translation>허브의 {name} 목록을 읽을 수 없습니다.</translation>
    </message>
    <message>
      <source>The installed llama.cpp has no {name}</source>
      <translation>설치된 llama.cpp에는 {name}이(가) 없습니다</translation>
    </message>
    <message>
      <source>The key for {host} contains invalid characters</source>
      <translation>{host}의 키에 잘못된 문자가 있습니다</translation>
    </message>
    <message>
      <source>The library of llama.cpp cannot be used</source>
      <translation>llama.cpp 라이브러리를 사용할 수 없습니다</translation>
    </message>
    <message>
      <source>The list of indexed files cannot be opened: {error}</source>
      <translation>색인된 파일 목록을 열 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>The list of indexed files cannot be written: {error}</source>
      <translation>색인된 파일 목록을 쓸 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>The list of indexed files was damaged, and is made anew</source>
      <translation>색인된 파일 목록이 손상되어 새로 만듭니다</translation>
    </message>
    <message>
      <source>The list of indexed files was gone, and is made anew</source>
      <translation>색인된 파일 목록이 없어져 새로 만듭니다</translation>
    </message>
    <message>
      <source>The memory of “{name}” is missing</source>
      <translation>“{name}”의 메모리가 빠졌습니다</translation>
    </message>
    <message>
      <source>The model cannot answer with these sampling settings</source>
      <translation>이 샘플링 설정으로는 모델이 답할 수 없습니다</translation>
    </message>
    <message>
      <source>The model is busy</source>
      <translation>모델이 사용 중입니다</translation>
    </message>
    <message>
      <source>The model stopped working</source>
      <translation>모델이 작동을 멈췄습니다</translation>
    </message>
    <message>
      <source>The model {name} cannot be used: {why}.</source>
      <translation>{name} 모델을 사용할 수 없습니다: {why}.</translation>
    </message>
    <message>
      <source>The model's chat template does not accept this conversation</source>
      <translation>모델의 채팅 템플릿이 이 대화를 받아들이지 않습니다</translation>
    </message>
    <message>
      <source>The model's window is full: this answer cannot go on</source>
      <translation>모델의 컨텍스트가 가득 차서 이 답변을 이어 갈 수 없습니다</translation>
    </message>
    <message>
      <source>The model's window is {window} full. Start a new chat, or set a larger window.</source>
      <translation>모델의 컨텍스트가 {window} 찼습니다. 새 채팅을 시작하거나 컨텍스트를 더 크게 설정하세요.</translation>
    </message>
    <message>
      <source>The most that passages take of a prompt.</source>
      <translation>프롬프트에서 구절이 차지하는 최대 크기입니다.</translation>
    </message>
    <message>
      <source>The others have {others}. Take it out of `servers`, or name a model: URL#model.</source>
      <translation>다른 서버에는 {others} 모델이 있습니다. `servers`에서 빼거나 모델을 지정하세요: URL#model.</translation>
    </message>
    <message>
      <source>The parser could not be started</source>
      <translation>파서를 시작할 수 없습니다</translation>
    </message>
    <message>
      <source>The parser was closed</source>
      <translation>파서가 닫혔습니다</translation>
    </message>
    <message>
      <source>The partial download of {name} cannot be deleted</source>
      <translation>{name}의 부분 다운로드를 삭제할 수 없습니다</translation>
    </message>
    <message>
      <source>The passphrase is too short</source>
      <translation>암호가 너무 짧습니다</translation>
    </message>
    <message>
      <source>The persona does not answer questions on “{topic}”.</source>
      <translation>이 페르소나는 “{topic}”에 관한 질문에 답하지 않습니다.</translation>
    </message>
    <message>
      <source>The persona {id} cannot be written to {parent}.</source>
      <translation>페르소나 {id}을(를) {parent}에 쓸 수 없습니다.</translation>
    </message>
    <message>
      <source>The persona {id} exists already.</source>
      <translation>페르소나 {id}이(가) 이미 있습니다.</translation>
    </message>
    <message>
      <source>The persona {name} cannot be used: {problem}.</source>
      <translation>페르소나 {name}을(를) 사용할 수 없습니다: {problem}.</translation>
    </message>
    <message>
      <source>The persona {name} cannot be written to {parent}.</source>
      <translation>페르소나 {name}을(를) {parent}에 쓸 수 없습니다.</translation>
    </message>
    <message>
      <source>The persona {name} comes with Carrel and stays.</source>
      <translation>페르소나 {name}은(는) Carrel에 포함되어 있어 그대로 남습니다.</translation>
    </message>
    <message>
      <source>The prompts cannot be saved to {path}</source>
      <translation>프롬프트를 {path}에 저장할 수 없습니다</translation>
    </message>
    <message>
      <source>The prompts in {path} cannot be read</source>
      <translation>{path}의 프롬프트를 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>The question and its sources do not fit into the model's context window</source>
      <translation>질문과 출처가 모델의 컨텍스트에 들어가지 않습니다</translation>
    </message>
    <message>
      <source>The question is empty</source>
      <translation>질문이 비어 있습니다</translation>
    </message>
    <message>
      <source>The question reads like orders to a model: {reasons}.</source>
      <translation>질문이 모델에 대한 지시처럼 읽힙니다: {reasons}.</translation>
    </message>
    <message>
      <source>The question would go to {host} unencrypted</source>
      <translation>질문이 암호화되지 않은 채 {host}(으)로 전송됩니다</translation>
    </message>
    <message>
      <source>The reranker {name} is not installed.</source>
      <translation>리랭커 {name}이(가) 설치되어 있지 않습니다.</translation>
    </message>
    <message>
      <source>The same question gets its answer again while nothing changes. 0: never.</source>
      <translation>바뀐 것이 없으면 같은 질문에 같은 답변을 다시 줍니다. 0: 안 함.</translation>
    </message>
    <message>
      <source>The scales of nf4 too: 0.4 bits a weight less.</source>
      <translation>nf4의 스케일도 양자화하여 가중치당 0.4비트를 줄입니다.</translation>
    </message>
    <message>
      <source>The search index cannot be written: {error}</source>
      <translation>검색 색인을 쓸 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>The search index failed: {error}</source>
      <translation>검색 색인에 실패했습니다: {error}</translation>
    </message>
    <message>
      <source>The search index in {scheme}://{netloc} cannot be used: {why}</source>
      <translation>{scheme}://{netloc}의 검색 색인을 사용할 수 없습니다: {why}</translation>
    </message>
    <message>
      <source>The server sent an invalid answer</source>
      <translation>서버가 잘못된 응답을 보냈습니다</translation>
    </message>
    <message>
      <source>The server's address contains more than a host and a path</source>
      <translation>서버 주소에 호스트와 경로 외의 것이 들어 있습니다</translation>
    </message>
    <message>
      <source>The server's address is not valid</source>
      <translation>서버 주소가 올바르지 않습니다</translation>
    </message>
    <message>
      <source>The system's keyring cannot be used: {why}</source>
      <translation>시스템 키링을 사용할 수 없습니다: {why}</translation>
    </message>
    <message>
      <source>The turn before this one is no longer in the conversation</source>
      <translation>이전 질문이 더 이상 대화에 없습니다</translation>
    </message>
    <message>
      <source>The window must have at least 1 token</source>
      <translation>컨텍스트는 1토큰 이상이어야 합니다</translation>
    </message>
    <message>
      <source>The window of every engine is set by context_tokens under [model].</source>
      <translation>모든 엔진의 컨텍스트는 [model]의 context_tokens로 정합니다.</translation>
    </message>
    <message>
      <source>Their results, of some 160 KB each. 0: none.</source>
      <translation>검색 결과(하나에 약 160 KB). 0: 없음.</translation>
    </message>
    <message>
      <source>There are: {known}. They are in {path}.</source>
      <translation>있는 것: {known}. {path}에 있습니다.</translation>
    </message>
    <message>
      <source>There is no download named “{name}”.</source>
      <translation>“{name}”(이)라는 다운로드가 없습니다.</translation>
    </message>
    <message>
      <source>There is no number left for {name}.</source>
      <translation>{name}에 쓸 번호가 남아 있지 않습니다.</translation>
    </message>
    <message>
      <source>There is no persona {wanted}.</source>
      <translation>{wanted} 페르소나가 없습니다.</translation>
    </message>
    <message>
      <source>There is no removed persona {id}.</source>
      <translation>제거된 페르소나 {id}이(가) 없습니다.</translation>
    </message>
    <message>
      <source>There is no such file.</source>
      <translation>그런 파일이 없습니다.</translation>
    </message>
    <message>
      <source>There is not enough space in {parent}.</source>
      <translation>{parent}에 공간이 부족합니다.</translation>
    </message>
    <message>
      <source>There is nothing to answer</source>
      <translation>답할 것이 없습니다</translation>
    </message>
    <message>
      <source>There is nothing to update to.</source>
      <translation>업데이트할 버전이 없습니다.</translation>
    </message>
    <message>
      <source>These folders were indexed by a newer Carrel.</source>
      <translation>이 폴더들은 더 새로운 Carrel이 색인했습니다.</translation>
    </message>
    <message>
      <source>They share its arithmetic.</source>
      <translation>계산을 나눕니다.</translation>
    </message>
    <message>
      <source>They share the layers.</source>
      <translation>층을 나눕니다.</translation>
    </message>
    <message>
      <source>They take {prompt_tokens} of {context_tokens} tokens. Use fewer passages, start a new conversation, or set a larger window.</source>
      <translation>{context_tokens}토큰 중 {prompt_tokens}토큰이 필요합니다. 구절을 줄이거나, 새 대화를 시작하거나, 컨텍스트를 늘리세요.</translation>
    </message>
    <message>
      <source>Thinking</source>
      <translation>생각</translation>
    </message>
    <message>
      <source>This computer's memory is {system_memory} full. Unload a model, or close other programs.</source>
      <translation>이 컴퓨터의 메모리가 {system_memory} 찼습니다. 모델을 내리거나 다른 프로그램을 닫으세요.</translation>
    </message>
    <message>
      <source>This conversation no longer exists</source>
      <translation>이 대화는 더 이상 존재하지 않습니다</translation>
    </message>
    <message>
      <source>This file cannot be read: {reason}</source>
      <translation>이 파일을 읽을 수 없습니다: {reason}</translation>
    </message>
    <message>
      <source>This folder cannot be read: {error}</source>
      <translation>이 폴더를 읽을 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>This home is protected by a passphrase</source>
      <translation>이 홈은 암호로 보호되어 있습니다</translation>
    </message>
    <message>
      <source>This is a bug in Carrel. Please report it.</source>
      <translation>Carrel의 버그입니다. 알려 주세요.</translation>
    </message>
    <message>
      <source>This page cannot be shown as a picture</source>
      <translation>이 페이지를 그림으로 표시할 수 없습니다</translation>
    </message>
    <message>
      <source>This system has no keyring that Carrel can use</source>
      <translation>이 시스템에는 Carrel이 쓸 수 있는 키링이 없습니다</translation>
    </message>
    <message>
      <source>Those that do not fit on the GPU.</source>
      <translation>GPU에 들어가지 않는 대화입니다.</translation>
    </message>
    <message>
      <source>Those that their own files name.</source>
      <translation>페르소나 파일에 적힌 주제입니다.</translation>
    </message>
    <message>
      <source>Thought for {minutes} min {rest} s</source>
      <translation>{minutes}분 {rest}초 동안 생각함</translation>
    </message>
    <message>
      <source>Thought for {rest} s</source>
      <translation>{rest}초 동안 생각함</translation>
    </message>
    <message>
      <source>Threads</source>
      <translation>스레드</translation>
    </message>
    <message>
      <source>Time to rerank</source>
      <translation>리랭킹 시간</translation>
    </message>
    <message>
      <source>To allow it, set offline = false under [network] in the settings and unset {offline_variable}.</source>
      <translation>허용하려면 설정의 [network]에 offline = false를 설정하고 {offline_variable}을(를) 해제하세요.</translation>
    </message>
    <message>
      <source>Tokens in a step</source>
      <translation>단계당 토큰</translation>
    </message>
    <message>
      <source>Tokens of a draft</source>
      <translation>초안의 토큰 수</translation>
    </message>
    <message>
      <source>Tokens read at once. Automatic: the fastest, measured here.</source>
      <translation>한 번에 읽는 토큰. 자동: 여기서 측정한 가장 빠른 값.</translation>
    </message>
    <message>
      <source>Transformers</source>
      <translation>Transformers</translation>
    </message>
    <message>
      <source>Try again later.</source>
      <translation>나중에 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Try again when it is done.</source>
      <translation>끝나면 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Try again; if it fails again, check the server.</source>
      <translation>다시 시도하세요. 또 실패하면 서버를 확인하세요.</translation>
    </message>
    <message>
      <source>Type a question and try again.</source>
      <translation>질문을 입력하고 다시 시도하세요.</translation>
    </message>
    <message>
      <source>Unlock it and try again, or set {variable} for this run.</source>
      <translation>잠금을 풀고 다시 시도하거나, 이번 실행에 {variable}을(를) 설정하세요.</translation>
    </message>
    <message>
      <source>Unpack it into the folder.</source>
      <translation>폴더 안에 압축을 푸세요.</translation>
    </message>
    <message>
      <source>Unread files</source>
      <translation>읽지 않은 파일</translation>
    </message>
    <message>
      <source>Update Carrel, or choose another --home.</source>
      <translation>Carrel을 업데이트하거나 다른 --home을 선택하세요.</translation>
    </message>
    <message>
      <source>Update Carrel, or choose another folder with --home or CARREL_HOME. Nothing was changed.</source>
      <translation>Carrel을 업데이트하거나 --home 또는 CARREL_HOME으로 다른 폴더를 선택하세요. 아무것도 바뀌지 않았습니다.</translation>
    </message>
    <message>
      <source>Use a GGUF model instead.</source>
      <translation>대신 GGUF 모델을 사용하세요.</translation>
    </message>
    <message>
      <source>Use a name such as: LLM engineer</source>
      <translation>예: LLM engineer</translation>
    </message>
    <message>
      <source>Use https, or set plain_http = true under [remote] if the connection is protected otherwise.</source>
      <translation>https를 쓰거나, 다른 방법으로 보호되는 연결이면 [remote]에 plain_http = true를 설정하세요.</translation>
    </message>
    <message>
      <source>Use it as it is.</source>
      <translation>그대로 사용하세요.</translation>
    </message>
    <message>
      <source>Use system, en, ko, zh, or another tag.</source>
      <translation>system, en, ko, zh 또는 다른 태그를 쓰세요.</translation>
    </message>
    <message>
      <source>Use the newer Carrel, or choose another folder with --home.</source>
      <translation>더 새로운 Carrel을 사용하거나 --home으로 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
      <source>Use three digits and a word, such as 501-gardener.</source>
      <translation>숫자 세 자리와 단어를 쓰세요(예: 501-gardener).</translation>
    </message>
    <message>
      <source>Use three digits, then words of a–z and 0–9 joined by hyphens, such as 410-llm-engineer.</source>
      <translation>숫자 세 자리와 하이픈으로 이은 a–z, 0–9 단어를 쓰세요(예: 410-llm-engineer).</translation>
    </message>
    <message>
      <source>Use {writers}.</source>
      <translation>다음을 사용하세요: {writers}.</translation>
    </message>
    <message>
      <source>Vector search</source>
      <translation>벡터 검색</translation>
    </message>
    <message>
      <source>Verified in one step.</source>
      <translation>한 단계에서 검증합니다.</translation>
    </message>
    <message>
      <source>Wait a moment, then ask again.</source>
      <translation>잠시 기다린 뒤 다시 질문하세요.</translation>
    </message>
    <message>
      <source>Waiting for the model</source>
      <translation>모델 대기</translation>
    </message>
    <message>
      <source>Weights in RAM</source>
      <translation>RAM의 가중치</translation>
    </message>
    <message>
      <source>What a model can have in view at once; more needs more memory.</source>
      <translation>모델이 한 번에 볼 수 있는 양. 클수록 메모리가 더 필요합니다.</translation>
    </message>
    <message>
      <source>What runs the model. Automatic: llama.cpp for GGUF, else vLLM on a GPU.</source>
      <translation>모델을 실행하는 것. 자동: GGUF는 llama.cpp, 그 외는 GPU의 vLLM.</translation>
    </message>
    <message>
      <source>What the GPU has no room for.</source>
      <translation>GPU에 들어가지 않는 만큼.</translation>
    </message>
    <message>
      <source>What the reranker finds below it is left out.</source>
      <translation>리랭커가 이보다 낮게 본 것은 뺍니다.</translation>
    </message>
    <message>
      <source>What was indexed of it is kept until it is back.</source>
      <translation>돌아올 때까지 색인한 내용을 보관합니다.</translation>
    </message>
    <message>
      <source>Where the first passages do not answer. Auto: models of 3 billion parameters and more.</source>
      <translation>첫 구절로 답이 안 될 때. 자동: 매개변수 30억 개 이상의 모델.</translation>
    </message>
    <message>
      <source>Who answers when you have not picked anybody.</source>
      <translation>아무도 선택하지 않았을 때 답하는 페르소나입니다.</translation>
    </message>
    <message>
      <source>Whole documents</source>
      <translation>문서 전체</translation>
    </message>
    <message>
      <source>Without encryption</source>
      <translation>암호화 없이</translation>
    </message>
    <message>
      <source>Word document</source>
      <translation>Word 문서</translation>
    </message>
    <message>
      <source>Work offline</source>
      <translation>오프라인으로 작업</translation>
    </message>
    <message>
      <source>Workers</source>
      <translation>작업자</translation>
    </message>
    <message>
      <source>Write a line for each: {"question": "…"}</source>
      <translation>한 줄에 하나씩 쓰세요: {"question": "…"}</translation>
    </message>
    <message>
      <source>Write it as https://host:port, with no key in it.</source>
      <translation>키 없이 https://host:port 형식으로 쓰세요.</translation>
    </message>
    <message>
      <source>Write it as: difficulty = 'advanced' AND model_applicable has 'llama'</source>
      <translation>다음과 같이 쓰세요: difficulty = 'advanced' AND model_applicable has 'llama'</translation>
    </message>
    <message>
      <source>Writing</source>
      <translation>글쓰기</translation>
    </message>
    <message>
      <source>Your folders are known and are read again; your own files were not touched.{kept}</source>
      <translation>폴더는 알고 있으며 다시 읽습니다. 내 파일은 건드리지 않았습니다.{kept}</translation>
    </message>
    <message>
      <source>Your last settings apply</source>
      <translation>마지막 설정이 적용됩니다</translation>
    </message>
    <message>
      <source>[{name}] context_tokens has no effect</source>
      <translation>[{name}] context_tokens는 효과가 없습니다</translation>
    </message>
    <message>
      <source>[{name}] must be a table</source>
      <translation>[{name}]은(는) 표여야 합니다</translation>
    </message>
    <message>
      <source>`carrel embedder` says how to get one.</source>
      <translation>`carrel embedder`가 받는 방법을 알려 줍니다.</translation>
    </message>
    <message>
      <source>`carrel folders list` shows the ones that are.</source>
      <translation>`carrel folders list`에서 감시하는 폴더를 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>`carrel models list` shows the downloads.</source>
      <translation>`carrel models list`에서 다운로드를 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>`carrel models list` shows the models here and those that you can pull.</source>
      <translation>`carrel models list`에서 여기 있는 모델과 받을 수 있는 모델을 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>`carrel models` lists the ones that you can use.</source>
      <translation>`carrel models`에서 쓸 수 있는 것을 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>`carrel status --files` says why.</source>
      <translation>`carrel status --files`에서 이유를 볼 수 있습니다.</translation>
    </message>
    <message>
      <source>`tools` names {unknown}, which is no tool; {advice}</source>
      <translation>`tools`의 {unknown}은(는) 도구가 아닙니다. {advice}</translation>
    </message>
    <message>
      <source>`{key}` is missing; it must be {expected}</source>
      <translation>`{key}`이(가) 없습니다. {expected}이어야 합니다</translation>
    </message>
    <message>
      <source>`{key}` is not a known key; {advice}</source>
      <translation>`{key}`은(는) 알 수 없는 키입니다. {advice}</translation>
    </message>
    <message>
      <source>`{key}` must be {expected}</source>
      <translation>`{key}`은(는) {expected}이어야 합니다</translation>
    </message>
    <message>
      <source>a GIF image</source>
      <translation>GIF 이미지</translation>
    </message>
    <message>
      <source>a JPEG image</source>
      <translation>JPEG 이미지</translation>
    </message>
    <message>
      <source>a OneNote section, which is not supported</source>
      <translation>지원하지 않는 OneNote 섹션</translation>
    </message>
    <message>
      <source>a PNG image</source>
      <translation>PNG 이미지</translation>
    </message>
    <message>
      <source>a PowerPoint presentation</source>
      <translation>PowerPoint 프레젠테이션</translation>
    </message>
    <message>
      <source>a RAR archive</source>
      <translation>RAR 압축 파일</translation>
    </message>
    <message>
      <source>a TIFF image</source>
      <translation>TIFF 이미지</translation>
    </message>
    <message>
      <source>a Word document</source>
      <translation>Word 문서</translation>
    </message>
    <message>
      <source>a Word document from before 1993, which is not supported</source>
      <translation>지원하지 않는 1993년 이전 Word 문서</translation>
    </message>
    <message>
      <source>a Zstandard archive</source>
      <translation>Zstandard 압축 파일</translation>
    </message>
    <message>
      <source>a certificate or signature</source>
      <translation>인증서 또는 서명</translation>
    </message>
    <message>
      <source>a data file in an unsupported format</source>
      <translation>지원하지 않는 형식의 데이터 파일</translation>
    </message>
    <message>
      <source>a database: its tables are not read</source>
      <translation>데이터베이스: 표를 읽지 않습니다</translation>
    </message>
    <message>
      <source>a disk image: its contents are not read</source>
      <translation>디스크 이미지: 내용을 읽지 않습니다</translation>
    </message>
    <message>
      <source>a document of Office before 1995, which is not supported</source>
      <translation>지원하지 않는 1995년 이전 Office 문서</translation>
    </message>
    <message>
      <source>a drawing in an unsupported format</source>
      <translation>지원하지 않는 형식의 도면</translation>
    </message>
    <message>
      <source>a filter in quotes, such as `"difficulty = 'advanced'"`</source>
      <translation>따옴표로 묶은 필터(예: `"difficulty = 'advanced'"`)</translation>
    </message>
    <message>
      <source>a gzip archive</source>
      <translation>gzip 압축 파일</translation>
    </message>
    <message>
      <source>a link that leads out of your folders</source>
      <translation>내 폴더 밖을 가리키는 링크</translation>
    </message>
    <message>
      <source>a list of questions</source>
      <translation>질문 목록</translation>
    </message>
    <message>
      <source>a list of strings</source>
      <translation>문자열 목록</translation>
    </message>
    <message>
      <source>a list of tools, such as `[estimate_cost]`</source>
      <translation>도구 목록(예: `[estimate_cost]`)</translation>
    </message>
    <message>
      <source>a list of words or phrases</source>
      <translation>단어나 구의 목록</translation>
    </message>
    <message>
      <source>a list of words, such as `[llm, inference]`</source>
      <translation>단어 목록(예: `[llm, inference]`)</translation>
    </message>
    <message>
      <source>a lock file, written by Office while a document is open</source>
      <translation>문서가 열려 있을 때 Office가 쓰는 잠금 파일</translation>
    </message>
    <message>
      <source>a lock file, written by a package manager</source>
      <translation>패키지 관리자가 쓴 잠금 파일</translation>
    </message>
    <message>
      <source>a new folder</source>
      <translation>새 폴더</translation>
    </message>
    <message>
      <source>a number from 0 to 2</source>
      <translation>0~2 사이의 숫자</translation>
    </message>
    <message>
      <source>a path in quotes</source>
      <translation>따옴표로 묶은 경로</translation>
    </message>
    <message>
      <source>a sentence to answer with</source>
      <translation>답변에 쓸 문장</translation>
    </message>
    <message>
      <source>a shortcut: its target is not read</source>
      <translation>바로 가기: 대상을 읽지 않습니다</translation>
    </message>
    <message>
      <source>a tar archive</source>
      <translation>tar 압축 파일</translation>
    </message>
    <message>
      <source>a temporary or backup file</source>
      <translation>임시 또는 백업 파일</translation>
    </message>
    <message>
      <source>a video: it is not transcribed</source>
      <translation>동영상: 글로 옮기지 않습니다</translation>
    </message>
    <message>
      <source>a web page</source>
      <translation>웹 페이지</translation>
    </message>
    <message>
      <source>a whole number</source>
      <translation>정수</translation>
    </message>
    <message>
      <source>a whole number from 1 to 20</source>
      <translation>1~20 사이의 정수</translation>
    </message>
    <message>
      <source>a whole number from 1 to 32768</source>
      <translation>1~32768 사이의 정수</translation>
    </message>
    <message>
      <source>a zip archive</source>
      <translation>zip 압축 파일</translation>
    </message>
    <message>
      <source>about {read_tokens} tokens of {document_tokens}</source>
      <translation>약 {document_tokens}개 토큰 중 {read_tokens}개</translation>
    </message>
    <message>
      <source>account number</source>
      <translation>계좌 번호</translation>
    </message>
    <message>
      <source>already looked for</source>
      <translation>이미 찾아봄</translation>
    </message>
    <message>
      <source>an EPUB book</source>
      <translation>EPUB 책</translation>
    </message>
    <message>
      <source>an Excel binary workbook</source>
      <translation>Excel 이진 통합 문서</translation>
    </message>
    <message>
      <source>an Excel workbook</source>
      <translation>Excel 통합 문서</translation>
    </message>
    <message>
      <source>an MP3 recording</source>
      <translation>MP3 녹음</translation>
    </message>
    <message>
      <source>an Ogg recording</source>
      <translation>Ogg 녹음</translation>
    </message>
    <message>
      <source>an OpenDocument file of an unsupported kind</source>
      <translation>지원하지 않는 종류의 OpenDocument 파일</translation>
    </message>
    <message>
      <source>an OpenDocument presentation</source>
      <translation>OpenDocument 프레젠테이션</translation>
    </message>
    <message>
      <source>an OpenDocument spreadsheet</source>
      <translation>OpenDocument 스프레드시트</translation>
    </message>
    <message>
      <source>an OpenDocument text</source>
      <translation>OpenDocument 텍스트</translation>
    </message>
    <message>
      <source>an Outlook data file: its messages are not read</source>
      <translation>Outlook 데이터 파일: 메시지를 읽지 않습니다</translation>
    </message>
    <message>
      <source>an Outlook message</source>
      <translation>Outlook 메시지</translation>
    </message>
    <message>
      <source>an Outlook message whose text is in an unknown form</source>
      <translation>텍스트 형식을 알 수 없는 Outlook 메시지</translation>
    </message>
    <message>
      <source>an Outlook message with too much text</source>
      <translation>텍스트가 너무 많은 Outlook 메시지</translation>
    </message>
    <message>
      <source>an RTF document</source>
      <translation>RTF 문서</translation>
    </message>
    <message>
      <source>an SQLite database</source>
      <translation>SQLite 데이터베이스</translation>
    </message>
    <message>
      <source>an XZ archive</source>
      <translation>XZ 압축 파일</translation>
    </message>
    <message>
      <source>an answer is being written</source>
      <translation>답변을 쓰는 중입니다</translation>
    </message>
    <message>
      <source>an archive: its contents are not read</source>
      <translation>압축 파일: 내용을 읽지 않습니다</translation>
    </message>
    <message>
      <source>an audio file: speech is not transcribed</source>
      <translation>오디오 파일: 음성을 글로 옮기지 않습니다</translation>
    </message>
    <message>
      <source>an e-book in an unsupported format</source>
      <translation>지원하지 않는 형식의 전자책</translation>
    </message>
    <message>
      <source>an earlier answer</source>
      <translation>이전 답변</translation>
    </message>
    <message>
      <source>an earlier question</source>
      <translation>이전 질문</translation>
    </message>
    <message>
      <source>an encrypted Office document</source>
      <translation>암호화된 Office 문서</translation>
    </message>
    <message>
      <source>an iWork document, which is not supported</source>
      <translation>지원하지 않는 iWork 문서</translation>
    </message>
    <message>
      <source>an image in an unsupported format</source>
      <translation>지원하지 않는 형식의 이미지</translation>
    </message>
    <message>
      <source>an image of more than {max_pixels} megapixels</source>
      <translation>{max_pixels}메가픽셀보다 큰 이미지</translation>
    </message>
    <message>
      <source>an old Office document</source>
      <translation>오래된 Office 문서</translation>
    </message>
    <message>
      <source>and {most_files} more</source>
      <translation>외 {most_files}개</translation>
    </message>
    <message>
      <source>around [{words}]</source>
      <translation>[{words}] 주변</translation>
    </message>
    <message>
      <source>at least {limits}</source>
      <translation>{limits} 이상</translation>
    </message>
    <message>
      <source>at {json_path}: {message}</source>
      <translation>{json_path}: {message}</translation>
    </message>
    <message>
      <source>auto, bfloat16, float16 or float32.</source>
      <translation>auto, bfloat16, float16 또는 float32.</translation>
    </message>
    <message>
      <source>auto, on or off</source>
      <translation>auto, on 또는 off</translation>
    </message>
    <message>
      <source>auto, or fp8 for half the memory.</source>
      <translation>auto, 또는 메모리를 절반 쓰는 fp8.</translation>
    </message>
    <message>
      <source>bank account</source>
      <translation>은행 계좌</translation>
    </message>
    <message>
      <source>between {limits} and {limits2}</source>
      <translation>{limits}~{limits2}</translation>
    </message>
    <message>
      <source>binary data, not text</source>
      <translation>텍스트가 아닌 이진 데이터</translation>
    </message>
    <message>
      <source>bitsandbytes is not installed</source>
      <translation>bitsandbytes가 설치되어 있지 않습니다</translation>
    </message>
    <message>
      <source>broke off in the middle</source>
      <translation>도중에 끊겼습니다</translation>
    </message>
    <message>
      <source>bytes</source>
      <translation>바이트</translation>
    </message>
    <message>
      <source>cannot be reached</source>
      <translation>연결할 수 없습니다</translation>
    </message>
    <message>
      <source>cannot be reached: {name}</source>
      <translation>연결할 수 없습니다: {name}</translation>
    </message>
    <message>
      <source>cannot be read</source>
      <translation>읽을 수 없음</translation>
    </message>
    <message>
      <source>cannot be read: {mode}</source>
      <translation>읽을 수 없음: {mode}</translation>
    </message>
    <message>
      <source>cannot be read: {strerror}</source>
      <translation>읽을 수 없음: {strerror}</translation>
    </message>
    <message>
      <source>cannot prove its identity</source>
      <translation>신원을 증명할 수 없습니다</translation>
    </message>
    <message>
      <source>card number</source>
      <translation>카드 번호</translation>
    </message>
    <message>
      <source>characters</source>
      <translation>자</translation>
    </message>
    <message>
      <source>chunk</source>
      <translation>조각</translation>
    </message>
    <message>
      <source>damaged Office document</source>
      <translation>손상된 Office 문서</translation>
    </message>
    <message>
      <source>damaged Outlook message</source>
      <translation>손상된 Outlook 메시지</translation>
    </message>
    <message>
      <source>damaged Outlook message: its text is cut off</source>
      <translation>손상된 Outlook 메시지: 텍스트가 잘림</translation>
    </message>
    <message>
      <source>damaged PDF</source>
      <translation>손상된 PDF</translation>
    </message>
    <message>
      <source>damaged PDF: none of its pages can be opened</source>
      <translation>손상된 PDF: 열 수 있는 페이지가 없음</translation>
    </message>
    <message>
      <source>damaged RTF document: groups more than {max_depth} deep</source>
      <translation>손상된 RTF 문서: 그룹이 {max_depth}단계보다 깊음</translation>
    </message>
    <message>
      <source>damaged XML: {msg}</source>
      <translation>손상된 XML: {msg}</translation>
    </message>
    <message>
      <source>damaged canvas</source>
      <translation>손상된 캔버스</translation>
    </message>
    <message>
      <source>damaged image, or one of an unknown kind</source>
      <translation>손상되었거나 알 수 없는 종류의 이미지</translation>
    </message>
    <message>
      <source>damaged mail: its parts are nested too deeply</source>
      <translation>손상된 메일: 부분이 너무 깊이 중첩됨</translation>
    </message>
    <message>
      <source>damaged notebook</source>
      <translation>손상된 노트북</translation>
    </message>
    <message>
      <source>damaged property list</source>
      <translation>손상된 속성 목록</translation>
    </message>
    <message>
      <source>damaged {noun}</source>
      <translation>손상된 {noun}</translation>
    </message>
    <message>
      <source>damaged {noun}: its text cannot be found</source>
      <translation>손상된 {noun}: 텍스트를 찾을 수 없음</translation>
    </message>
    <message>
      <source>damaged {noun}: open it in Excel and save it as .xlsx</source>
      <translation>손상된 {noun}: Excel에서 열어 .xlsx로 저장하세요</translation>
    </message>
    <message>
      <source>damaged {noun}: {detail}</source>
      <translation>손상된 {noun}: {detail}</translation>
    </message>
    <message>
      <source>day</source>
      <translation>일</translation>
    </message>
    <message>
      <source>days</source>
      <translation>일</translation>
    </message>
    <message>
      <source>did not answer in time</source>
      <translation>제때 응답하지 않았습니다</translation>
    </message>
    <message>
      <source>did you mean `{nearest}`</source>
      <translation>`{nearest}`을(를) 뜻하셨나요</translation>
    </message>
    <message>
      <source>did you mean {near}</source>
      <translation>{near}을(를) 뜻하셨나요</translation>
    </message>
    <message>
      <source>does not exist</source>
      <translation>존재하지 않습니다</translation>
    </message>
    <message>
      <source>download of {name}</source>
      <translation>{name} 다운로드</translation>
    </message>
    <message>
      <source>download of {repository}</source>
      <translation>{repository} 다운로드</translation>
    </message>
    <message>
      <source>e-mail address</source>
      <translation>이메일 주소</translation>
    </message>
    <message>
      <source>e-mail addresses</source>
      <translation>이메일 주소</translation>
    </message>
    <message>
      <source>embedder</source>
      <translation>임베더</translation>
    </message>
    <message>
      <source>empty file</source>
      <translation>빈 파일</translation>
    </message>
    <message>
      <source>encrypted Office document: it needs a password</source>
      <translation>암호화된 Office 문서: 암호가 필요합니다</translation>
    </message>
    <message>
      <source>encrypted PDF: it needs a password</source>
      <translation>암호화된 PDF: 암호가 필요합니다</translation>
    </message>
    <message>
      <source>encrypted mail: only its recipient's key opens it</source>
      <translation>암호화된 메일: 받는 사람의 키로만 열 수 있습니다</translation>
    </message>
    <message>
      <source>encrypted {noun}: it needs a password</source>
      <translation>암호화된 {noun}: 암호가 필요합니다</translation>
    </message>
    <message>
      <source>exact, balanced, creative or fast</source>
      <translation>exact, balanced, creative, fast 중 하나</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>실패</translation>
    </message>
    <message>
      <source>file</source>
      <translation>파일</translation>
    </message>
    <message>
      <source>files named {words}</source>
      <translation>이름이 {words}인 파일</translation>
    </message>
    <message>
      <source>fits</source>
      <translation>맞음</translation>
    </message>
    <message>
      <source>format not supported: {ending}</source>
      <translation>지원하지 않는 형식: {ending}</translation>
    </message>
    <message>
      <source>generated code, as its first lines say</source>
      <translation>첫 줄에 적힌 대로 생성된 코드</translation>
    </message>
    <message>
      <source>generated code: it has lines of more than 10,000 characters</source>
      <translation>생성된 코드: 10,000자가 넘는 줄이 있음</translation>
    </message>
    <message>
      <source>health number</source>
      <translation>건강보험 번호</translation>
    </message>
    <message>
      <source>hour</source>
      <translation>시간</translation>
    </message>
    <message>
      <source>hours</source>
      <translation>시간</translation>
    </message>
    <message>
      <source>identity number</source>
      <translation>신분증 번호</translation>
    </message>
    <message>
      <source>int8 is faster. Auto: where it ranks as float32 does.</source>
      <translation>int8이 더 빠릅니다. 자동: float32와 순위가 같을 때.</translation>
    </message>
    <message>
      <source>is a file, not a folder</source>
      <translation>폴더가 아니라 파일입니다</translation>
    </message>
    <message>
      <source>is empty</source>
      <translation>비어 있음</translation>
    </message>
    <message>
      <source>it cannot be checked ({name})</source>
      <translation>확인할 수 없습니다({name})</translation>
    </message>
    <message>
      <source>it cannot be read ({strerror})</source>
      <translation>읽을 수 없습니다({strerror})</translation>
    </message>
    <message>
      <source>it has no prompt below its front matter</source>
      <translation>프런트매터 아래에 프롬프트가 없습니다</translation>
    </message>
    <message>
      <source>it has no {missing}</source>
      <translation>{missing}이(가) 없음</translation>
    </message>
    <message>
      <source>it holds a file twice</source>
      <translation>같은 파일이 두 번 들어 있습니다</translation>
    </message>
    <message>
      <source>it holds an unsafe name or a link, {filename}</source>
      <translation>안전하지 않은 이름이나 링크가 있습니다: {filename}</translation>
    </message>
    <message>
      <source>it holds more than one persona</source>
      <translation>페르소나가 둘 이상 들어 있습니다</translation>
    </message>
    <message>
      <source>it holds more than {max_files} files</source>
      <translation>파일이 {max_files}개보다 많습니다</translation>
    </message>
    <message>
      <source>it holds no {file_name}</source>
      <translation>{file_name}이(가) 없습니다</translation>
    </message>
    <message>
      <source>it holds {place} besides a persona and its {knowledge}/</source>
      <translation>페르소나와 {knowledge}/ 외에 {place}이(가) 들어 있습니다</translation>
    </message>
    <message>
      <source>it is cut short</source>
      <translation>잘려 있습니다</translation>
    </message>
    <message>
      <source>it is not JSON ({error})</source>
      <translation>JSON이 아닙니다({error})</translation>
    </message>
    <message>
      <source>it is not UTF-8 text</source>
      <translation>UTF-8 텍스트가 아닙니다</translation>
    </message>
    <message>
      <source>it is not a zip archive, or a damaged one</source>
      <translation>zip 파일이 아니거나 손상되었습니다</translation>
    </message>
    <message>
      <source>it is not there</source>
      <translation>파일이 없습니다</translation>
    </message>
    <message>
      <source>it is over {max_bytes} MB</source>
      <translation>{max_bytes} MB보다 큽니다</translation>
    </message>
    <message>
      <source>it pools neither by the mean of its tokens nor by the first</source>
      <translation>토큰의 평균이나 첫 토큰으로 합치지 않습니다</translation>
    </message>
    <message>
      <source>it would unpack to {unpacked_bytes} MB, more than a document needs</source>
      <translation>압축을 풀면 {unpacked_bytes} MB로 문서라기에는 너무 큽니다</translation>
    </message>
    <message>
      <source>its address was not found. Is this computer online?</source>
      <translation>주소를 찾지 못했습니다. 이 컴퓨터가 온라인인가요?</translation>
    </message>
    <message>
      <source>its file is gone</source>
      <translation>파일이 사라짐</translation>
    </message>
    <message>
      <source>its first line is not `---`</source>
      <translation>첫 줄이 `---`이 아닙니다</translation>
    </message>
    <message>
      <source>its folder {name} is not named like a persona, such as 410-llm-engineer</source>
      <translation>폴더 {name}의 이름이 페르소나 형식이 아닙니다(예: 410-llm-engineer)</translation>
    </message>
    <message>
      <source>its front matter cannot hold these values</source>
      <translation>프런트매터에 이 값을 넣을 수 없습니다</translation>
    </message>
    <message>
      <source>its front matter is not YAML ({error})</source>
      <translation>프런트매터가 YAML이 아닙니다({error})</translation>
    </message>
    <message>
      <source>its front matter is over 4 KiB; shorten the summary, the starters or the tags</source>
      <translation>프런트매터가 4 KiB를 넘습니다. 요약, 시작 질문, 분류를 줄이세요</translation>
    </message>
    <message>
      <source>its front matter must be lines of `key: value`</source>
      <translation>프런트매터는 `key: value` 형식의 줄이어야 합니다</translation>
    </message>
    <message>
      <source>its header is damaged</source>
      <translation>헤더가 손상되었습니다</translation>
    </message>
    <message>
      <source>just now</source>
      <translation>방금</translation>
    </message>
    <message>
      <source>key or password</source>
      <translation>키 또는 비밀번호</translation>
    </message>
    <message>
      <source>keys or passwords</source>
      <translation>키 또는 비밀번호</translation>
    </message>
    <message>
      <source>known keys are {keys}</source>
      <translation>알려진 키: {keys}</translation>
    </message>
    <message>
      <source>language cannot be “{language}”</source>
      <translation>language는 “{language}”일 수 없습니다</translation>
    </message>
    <message>
      <source>larger than {max_file_bytes} MB</source>
      <translation>{max_file_bytes} MB보다 큼</translation>
    </message>
    <message>
      <source>latency: one answer is soon there. throughput: many at once, for programs; each is slower.</source>
      <translation>latency: 답변 하나가 빨리 나옵니다. throughput: 프로그램을 위해 한꺼번에 여럿을 쓰며, 각각은 느려집니다.</translation>
    </message>
    <message>
      <source>left out by you</source>
      <translation>직접 제외함</translation>
    </message>
    <message>
      <source>licence number</source>
      <translation>면허 번호</translation>
    </message>
    <message>
      <source>line {line}: {problem}</source>
      <translation>{line}행: {problem}</translation>
    </message>
    <message>
      <source>line {number} of {synonyms_file} is no phrase, tab and words</source>
      <translation>{synonyms_file}의 {number}행이 구, 탭, 단어 형식이 아닙니다</translation>
    </message>
    <message>
      <source>llama.cpp cannot load it: it is damaged, incomplete, too large, or of an unsupported kind.</source>
      <translation>llama.cpp가 불러올 수 없습니다. 손상되었거나, 불완전하거나, 너무 크거나, 지원하지 않는 종류입니다.</translation>
    </message>
    <message>
      <source>llama.cpp cannot write it as {quantisation}. Is the disk full?</source>
      <translation>llama.cpp가 {quantisation}(으)로 쓸 수 없습니다. 디스크가 가득 찼나요?</translation>
    </message>
    <message>
      <source>llama.cpp is not installed</source>
      <translation>llama.cpp가 설치되어 있지 않습니다</translation>
    </message>
    <message>
      <source>llama.cpp is not installed, or does not load here</source>
      <translation>llama.cpp가 설치되어 있지 않거나 여기서 불러올 수 없습니다</translation>
    </message>
    <message>
      <source>llama.cpp reported error {code}. Try again, or reopen the model.</source>
      <translation>llama.cpp가 오류 {code}을(를) 보고했습니다. 다시 시도하거나 모델을 다시 여세요.</translation>
    </message>
    <message>
      <source>looks like {noun}: secrets are not indexed unless you ask for it</source>
      <translation>{noun}처럼 보임: 요청하지 않는 한 비밀 정보는 색인하지 않습니다</translation>
    </message>
    <message>
      <source>many</source>
      <translation>여러 언어</translation>
    </message>
    <message>
      <source>max_seq_length is {length}</source>
      <translation>max_seq_length가 {length}입니다</translation>
    </message>
    <message>
      <source>minified code</source>
      <translation>축소된 코드</translation>
    </message>
    <message>
      <source>minified or generated code</source>
      <translation>축소되었거나 생성된 코드</translation>
    </message>
    <message>
      <source>minute</source>
      <translation>분</translation>
    </message>
    <message>
      <source>model</source>
      <translation>모델</translation>
    </message>
    <message>
      <source>model weights</source>
      <translation>모델 가중치</translation>
    </message>
    <message>
      <source>more surprising words; less true to the sources</source>
      <translation>더 의외의 단어, 출처에는 덜 충실</translation>
    </message>
    <message>
      <source>more than a million values, or nested too deeply</source>
      <translation>값이 백만 개가 넘거나 너무 깊이 중첩됨</translation>
    </message>
    <message>
      <source>more than {max_characters} million characters of text</source>
      <translation>텍스트가 {max_characters}백만 자보다 많음</translation>
    </message>
    <message>
      <source>more than {max_frame_bytes} MB of text and structure</source>
      <translation>텍스트와 구조가 {max_frame_bytes} MB보다 큼</translation>
    </message>
    <message>
      <source>more than {max_pages} pages</source>
      <translation>{max_pages}페이지보다 많음</translation>
    </message>
    <message>
      <source>name</source>
      <translation>이름</translation>
    </message>
    <message>
      <source>network card</source>
      <translation>네트워크 카드</translation>
    </message>
    <message>
      <source>nf4 takes a quarter of the memory, int8 half of it.</source>
      <translation>nf4는 메모리의 4분의 1, int8은 절반을 씁니다.</translation>
    </message>
    <message>
      <source>ngram repeats what was read; others need a second model.</source>
      <translation>ngram은 읽은 내용을 반복하고, 다른 방식은 두 번째 모델이 필요합니다.</translation>
    </message>
    <message>
      <source>no answer in {wait_seconds} s</source>
      <translation>{wait_seconds}초 동안 응답 없음</translation>
    </message>
    <message>
      <source>no file</source>
      <translation>파일 없음</translation>
    </message>
    <message>
      <source>no line `---` closes its front matter within {limit_bytes} KiB</source>
      <translation>{limit_bytes} KiB 안에 프런트매터를 닫는 `---` 줄이 없습니다</translation>
    </message>
    <message>
      <source>no model is open</source>
      <translation>열려 있는 모델 없음</translation>
    </message>
    <message>
      <source>no notes in it</source>
      <translation>노트가 없음</translation>
    </message>
    <message>
      <source>no page in it</source>
      <translation>페이지가 없음</translation>
    </message>
    <message>
      <source>no permission to read it</source>
      <translation>읽을 권한이 없음</translation>
    </message>
    <message>
      <source>no room or time left</source>
      <translation>공간이나 시간이 부족함</translation>
    </message>
    <message>
      <source>no such passage</source>
      <translation>그런 구절 없음</translation>
    </message>
    <message>
      <source>no such tool</source>
      <translation>그런 도구 없음</translation>
    </message>
    <message>
      <source>no text could be recognised in it</source>
      <translation>글자를 인식하지 못함</translation>
    </message>
    <message>
      <source>no text in it</source>
      <translation>텍스트가 없음</translation>
    </message>
    <message>
      <source>none is chosen</source>
      <translation>선택한 모델이 없습니다</translation>
    </message>
    <message>
      <source>not a calendar, despite its name</source>
      <translation>이름과 달리 캘린더가 아님</translation>
    </message>
    <message>
      <source>not a canvas, despite its name</source>
      <translation>이름과 달리 캔버스가 아님</translation>
    </message>
    <message>
      <source>not a document of Word, Excel or PowerPoint, despite its name</source>
      <translation>이름과 달리 Word, Excel, PowerPoint 문서가 아님</translation>
    </message>
    <message>
      <source>not a mail, despite its name</source>
      <translation>이름과 달리 메일이 아님</translation>
    </message>
    <message>
      <source>not a mailbox, despite its name</source>
      <translation>이름과 달리 메일함이 아님</translation>
    </message>
    <message>
      <source>not a notebook, despite its name</source>
      <translation>이름과 달리 노트북이 아님</translation>
    </message>
    <message>
      <source>not a regular file</source>
      <translation>일반 파일이 아님</translation>
    </message>
    <message>
      <source>not a web archive, despite its name</source>
      <translation>이름과 달리 웹 아카이브가 아님</translation>
    </message>
    <message>
      <source>not an Office document, despite its name</source>
      <translation>이름과 달리 Office 문서가 아님</translation>
    </message>
    <message>
      <source>not an Outlook message, despite its name</source>
      <translation>이름과 달리 Outlook 메시지가 아님</translation>
    </message>
    <message>
      <source>not an RTF document, despite its name</source>
      <translation>이름과 달리 RTF 문서가 아님</translation>
    </message>
    <message>
      <source>not what was written</source>
      <translation>기록된 내용과 다름</translation>
    </message>
    <message>
      <source>not {expected}, despite its name</source>
      <translation>이름과 달리 {expected}이(가) 아닙니다</translation>
    </message>
    <message>
      <source>nothing new</source>
      <translation>새로운 것 없음</translation>
    </message>
    <message>
      <source>nothing to count</source>
      <translation>셀 것 없음</translation>
    </message>
    <message>
      <source>off, on, or a number of tokens from 1 to 32768</source>
      <translation>off, on 또는 1~32768 사이의 토큰 수</translation>
    </message>
    <message>
      <source>offline</source>
      <translation>오프라인</translation>
    </message>
    <message>
      <source>one sentence that says what it answers</source>
      <translation>무엇에 답하는지 말하는 한 문장</translation>
    </message>
    <message>
      <source>passage {opened} ({opened2})</source>
      <translation>구절 {opened}({opened2})</translation>
    </message>
    <message>
      <source>passport number</source>
      <translation>여권 번호</translation>
    </message>
    <message>
      <source>paused</source>
      <translation>일시 중지됨</translation>
    </message>
    <message>
      <source>phone number</source>
      <translation>전화번호</translation>
    </message>
    <message>
      <source>place</source>
      <translation>장소</translation>
    </message>
    <message>
      <source>position</source>
      <translation>위치</translation>
    </message>
    <message>
      <source>postal address</source>
      <translation>우편 주소</translation>
    </message>
    <message>
      <source>postal addresses</source>
      <translation>우편 주소</translation>
    </message>
    <message>
      <source>protected by DRM: only the shop's own reader can open this book</source>
      <translation>DRM으로 보호됨: 판매처의 리더로만 열 수 있습니다</translation>
    </message>
    <message>
      <source>q8_0 takes half the memory of f16 and is a little less exact.</source>
      <translation>q8_0은 f16의 절반 메모리를 쓰며 조금 덜 정확합니다.</translation>
    </message>
    <message>
      <source>ray spans several machines.</source>
      <translation>ray는 여러 컴퓨터에 걸쳐 실행됩니다.</translation>
    </message>
    <message>
      <source>reranker</source>
      <translation>리랭커</translation>
    </message>
    <message>
      <source>resting: the machine runs on its battery</source>
      <translation>쉬는 중: 배터리로 실행 중입니다</translation>
    </message>
    <message>
      <source>servers cannot hold “{server}”</source>
      <translation>servers에는 “{server}”을(를) 넣을 수 없습니다</translation>
    </message>
    <message>
      <source>servers names {url} twice</source>
      <translation>servers에 {url}이(가) 두 번 있습니다</translation>
    </message>
    <message>
      <source>short answers from fewer passages</source>
      <translation>더 적은 구절로 짧은 답변</translation>
    </message>
    <message>
      <source>some variety in the words</source>
      <translation>단어에 약간의 변화</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>중지됨</translation>
    </message>
    <message>
      <source>table</source>
      <translation>표</translation>
    </message>
    <message>
      <source>takes too long to answer</source>
      <translation>응답이 너무 오래 걸립니다</translation>
    </message>
    <message>
      <source>tax number</source>
      <translation>세금 번호</translation>
    </message>
    <message>
      <source>text in quotes</source>
      <translation>따옴표로 묶은 텍스트</translation>
    </message>
    <message>
      <source>text, such as `LLM engineer`</source>
      <translation>텍스트(예: `LLM engineer`)</translation>
    </message>
    <message>
      <source>the battery is at {percent} %</source>
      <translation>배터리가 {percent} %입니다</translation>
    </message>
    <message>
      <source>the disk reports: {error}</source>
      <translation>디스크 오류: {error}</translation>
    </message>
    <message>
      <source>the file cannot be opened</source>
      <translation>파일을 열 수 없습니다</translation>
    </message>
    <message>
      <source>the file no longer exists</source>
      <translation>파일이 더 이상 존재하지 않음</translation>
    </message>
    <message>
      <source>the hub answered HTTP {status}</source>
      <translation>허브가 HTTP {status}(으)로 응답했습니다</translation>
    </message>
    <message>
      <source>the hub does not send parts of files</source>
      <translation>허브가 파일의 일부를 보내지 않습니다</translation>
    </message>
    <message>
      <source>the likeliest words; the same answer every time</source>
      <translation>가장 가능성 높은 단어, 매번 같은 답변</translation>
    </message>
    <message>
      <source>the model computes invalid numbers.</source>
      <translation>모델이 잘못된 숫자를 계산합니다.</translation>
    </message>
    <message>
      <source>the parser ran out of time ({limit_seconds} s)</source>
      <translation>파서의 시간이 초과되었습니다({limit_seconds}초)</translation>
    </message>
    <message>
      <source>the persona's prompt</source>
      <translation>페르소나의 프롬프트</translation>
    </message>
    <message>
      <source>the question</source>
      <translation>질문</translation>
    </message>
    <message>
      <source>the selected model is not open</source>
      <translation>선택한 모델이 열려 있지 않음</translation>
    </message>
    <message>
      <source>there are {tool_names}</source>
      <translation>있는 것: {tool_names}</translation>
    </message>
    <message>
      <source>thinking {error}, in quotes</source>
      <translation>thinking {error}(따옴표 안에)</translation>
    </message>
    <message>
      <source>this page is damaged</source>
      <translation>이 페이지가 손상되었습니다</translation>
    </message>
    <message>
      <source>tight</source>
      <translation>빠듯함</translation>
    </message>
    <message>
      <source>tokenizer.json is damaged. Download the model again.</source>
      <translation>tokenizer.json이 손상되었습니다. 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>tokenizer.json is missing. Download the model again, with all its files.</source>
      <translation>tokenizer.json이 없습니다. 모든 파일과 함께 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>tokens</source>
      <translation>토큰</translation>
    </message>
    <message>
      <source>too large</source>
      <translation>너무 큼</translation>
    </message>
    <message>
      <source>took too long</source>
      <translation>시간이 너무 오래 걸림</translation>
    </message>
    <message>
      <source>transformers cannot load it: {reason}</source>
      <translation>transformers가 불러올 수 없습니다: {reason}</translation>
    </message>
    <message>
      <source>transformers is not installed</source>
      <translation>transformers가 설치되어 있지 않습니다</translation>
    </message>
    <message>
      <source>true or false</source>
      <translation>true 또는 false</translation>
    </message>
    <message>
      <source>under 1%</source>
      <translation>1% 미만</translation>
    </message>
    <message>
      <source>unknown setting “{key}”</source>
      <translation>알 수 없는 설정 “{key}”</translation>
    </message>
    <message>
      <source>unknown setting “{key}” under [{table}]</source>
      <translation>[{table}]에 알 수 없는 설정 “{key}”</translation>
    </message>
    <message>
      <source>unknown table [{key}]</source>
      <translation>알 수 없는 표 [{key}]</translation>
    </message>
    <message>
      <source>vLLM cannot load it: {first}</source>
      <translation>vLLM이 불러올 수 없습니다: {first}</translation>
    </message>
    <message>
      <source>vLLM does not support this grammar.</source>
      <translation>vLLM은 이 문법을 지원하지 않습니다.</translation>
    </message>
    <message>
      <source>vLLM is not installed</source>
      <translation>vLLM이 설치되어 있지 않습니다</translation>
    </message>
    <message>
      <source>vLLM runs on Linux only</source>
      <translation>vLLM은 Linux에서만 실행됩니다</translation>
    </message>
    <message>
      <source>vLLM's memory ran out: {first} Set under [vllm], one after the other: gpu_memory_utilization 0.85, max_num_seqs 8, max_num_batched_tokens 1024; under [model] a smaller context_tokens; or quantization.</source>
      <translation>vLLM의 메모리가 부족합니다: {first} [vllm]에서 차례로 설정하세요: gpu_memory_utilization 0.85, max_num_seqs 8, max_num_batched_tokens 1024. [model]에서는 더 작은 context_tokens, 또는 quantization을 쓰세요.</translation>
    </message>
    <message>
      <source>wallet address</source>
      <translation>지갑 주소</translation>
    </message>
    <message>
      <source>wallet addresses</source>
      <translation>지갑 주소</translation>
    </message>
    <message>
      <source>written by a newer version</source>
      <translation>더 새로운 버전이 씀</translation>
    </message>
    <message>
      <source>wrong arguments</source>
      <translation>잘못된 인수</translation>
    </message>
    <message>
      <source>{blocked} must not leave this machine</source>
      <translation>{blocked}은(는) 이 컴퓨터를 벗어날 수 없습니다</translation>
    </message>
    <message>
      <source>{count} {name} ago</source>
      <translation>{count}{name} 전</translation>
    </message>
    <message>
      <source>{count} {name}s ago</source>
      <translation>{count}{name} 전</translation>
    </message>
    <message>
      <source>{documents} file</source>
      <translation>파일 {documents}개</translation>
    </message>
    <message>
      <source>{documents} files</source>
      <translation>파일 {documents}개</translation>
    </message>
    <message>
      <source>{engine} does not support a limit on how long a model thinks</source>
      <translation>{engine}은(는) 모델이 생각하는 시간의 제한을 지원하지 않습니다</translation>
    </message>
    <message>
      <source>{engine} does not support grammars for answers</source>
      <translation>{engine}은(는) 답변 문법을 지원하지 않습니다</translation>
    </message>
    <message>
      <source>{engine} says: {reason} Try again, or reopen the model.</source>
      <translation>{engine}의 메시지: {reason} 다시 시도하거나 모델을 다시 여세요.</translation>
    </message>
    <message>
      <source>{engine} stopped unexpectedly</source>
      <translation>{engine}이(가) 예기치 않게 멈췄습니다</translation>
    </message>
    <message>
      <source>{engine} stopped while opening it: the file is damaged, or too large for the free memory. Download it again, close other programs, or choose another model.</source>
      <translation>여는 동안 {engine}이(가) 멈췄습니다. 파일이 손상되었거나 남은 메모리에 비해 너무 큽니다. 다시 받거나, 다른 프로그램을 닫거나, 다른 모델을 선택하세요.</translation>
    </message>
    <message>
      <source>{error}. Choose another folder with --home or CARREL_HOME.</source>
      <translation>{error}. --home 또는 CARREL_HOME으로 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
      <source>{error}. No connection is opened without a line in the log.</source>
      <translation>{error}. 기록 없이는 어떤 연결도 열지 않습니다.</translation>
    </message>
    <message>
      <source>{facts} count</source>
      <translation>집계 {facts}개</translation>
    </message>
    <message>
      <source>{facts} counts</source>
      <translation>집계 {facts}개</translation>
    </message>
    <message>
      <source>{files} of {of_files} file {verb} still unread</source>
      <translation>파일 {of_files}개 중 {files}개를 아직 읽지 않았습니다</translation>
    </message>
    <message>
      <source>{files} of {of_files} files {verb} still unread</source>
      <translation>파일 {of_files}개 중 {files}개를 아직 읽지 않았습니다</translation>
    </message>
    <message>
      <source>{file} cannot be written: {error}</source>
      <translation>{file}을(를) 쓸 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>{fitted} passage</source>
      <translation>구절 {fitted}개</translation>
    </message>
    <message>
      <source>{fitted} passages</source>
      <translation>구절 {fitted}개</translation>
    </message>
    <message>
      <source>{folders} new folders</source>
      <translation>새 폴더 {folders}개</translation>
    </message>
    <message>
      <source>{folder} cannot be read: {strerror}</source>
      <translation>{folder}을(를) 읽을 수 없습니다: {strerror}</translation>
    </message>
    <message>
      <source>{folder} has a name that is not text.</source>
      <translation>{folder}의 이름이 텍스트가 아닙니다.</translation>
    </message>
    <message>
      <source>{folder} is not watched.</source>
      <translation>{folder}은(는) 감시하지 않습니다.</translation>
    </message>
    <message>
      <source>{host} does not accept the key</source>
      <translation>{host}이(가) 키를 받아들이지 않습니다</translation>
    </message>
    <message>
      <source>{host} does not accept the question ({status})</source>
      <translation>{host}이(가) 질문을 받아들이지 않습니다({status})</translation>
    </message>
    <message>
      <source>{host} does not have that model, or no chat</source>
      <translation>{host}에 그 모델이 없거나 대화 기능이 없습니다</translation>
    </message>
    <message>
      <source>{host} does not have the model {wanted}</source>
      <translation>{host}에 {wanted} 모델이 없습니다</translation>
    </message>
    <message>
      <source>{host} failed ({status})</source>
      <translation>{host}이(가) 실패했습니다({status})</translation>
    </message>
    <message>
      <source>{host} failed in the middle of the answer</source>
      <translation>답변 도중 {host}이(가) 실패했습니다</translation>
    </message>
    <message>
      <source>{host} has no model</source>
      <translation>{host}에 모델이 없습니다</translation>
    </message>
    <message>
      <source>{host} has too many requests</source>
      <translation>{host}에 요청이 너무 많습니다</translation>
    </message>
    <message>
      <source>{host} redirects the question</source>
      <translation>{host}이(가) 질문을 다른 곳으로 돌립니다</translation>
    </message>
    <message>
      <source>{host} sent an answer that Carrel does not understand</source>
      <translation>{host}의 응답을 Carrel이 이해하지 못합니다</translation>
    </message>
    <message>
      <source>{host} sent an invalid answer</source>
      <translation>{host}이(가) 잘못된 응답을 보냈습니다</translation>
    </message>
    <message>
      <source>{id} is not a valid persona id.</source>
      <translation>{id}은(는) 올바른 페르소나 ID가 아닙니다.</translation>
    </message>
    <message>
      <source>{index} is damaged. Download the model again.</source>
      <translation>{index}이(가) 손상되었습니다. 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>{index} names files outside the folder. It is damaged, or not to be trusted.</source>
      <translation>{index}이(가) 폴더 밖의 파일을 가리킵니다. 손상되었거나 믿을 수 없습니다.</translation>
    </message>
    <message>
      <source>{location} is the index of another home</source>
      <translation>{location}은(는) 다른 홈의 색인입니다</translation>
    </message>
    <message>
      <source>{missing_keys} of its weights are missing. Download the model again.</source>
      <translation>가중치 {missing_keys}개가 없습니다. 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>{missing} of its {count} parts are missing, first {missing2}.</source>
      <translation>{count}개 부분 중 {missing}개가 없습니다(첫 번째: {missing2}).</translation>
    </message>
    <message>
      <source>{missing} of its {names} parts are missing, first {missing2}.</source>
      <translation>{names}개 부분 중 {missing}개가 없습니다(첫 번째: {missing2}).</translation>
    </message>
    <message>
      <source>{model}: the biggest open model, for a complex question</source>
      <translation>{model}: 복잡한 질문이라 열려 있는 가장 큰 모델</translation>
    </message>
    <message>
      <source>{model}: the selected model</source>
      <translation>{model}: 선택한 모델</translation>
    </message>
    <message>
      <source>{model}: the selected model; {personal} masked</source>
      <translation>{model}: 선택한 모델, {personal} 가림</translation>
    </message>
    <message>
      <source>{model}: the smallest open model</source>
      <translation>{model}: 열려 있는 가장 작은 모델</translation>
    </message>
    <message>
      <source>{model}: the smallest open model, for a simple question</source>
      <translation>{model}: 간단한 질문이라 열려 있는 가장 작은 모델</translation>
    </message>
    <message>
      <source>{name} cannot be imported: {problem}.</source>
      <translation>{name}을(를) 가져올 수 없습니다: {problem}.</translation>
    </message>
    <message>
      <source>{name} cannot be read</source>
      <translation>{name}을(를) 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>{name} cannot be read: {strerror}.</source>
      <translation>{name}을(를) 읽을 수 없습니다: {strerror}.</translation>
    </message>
    <message>
      <source>{name} cannot be read: {why}.</source>
      <translation>{name}을(를) 읽을 수 없습니다: {why}.</translation>
    </message>
    <message>
      <source>{name} cannot be removed</source>
      <translation>{name}을(를) 제거할 수 없습니다</translation>
    </message>
    <message>
      <source>{name} could not be written</source>
      <translation>{name}을(를) 쓰지 못했습니다</translation>
    </message>
    <message>
      <source>{name} does not match the stated checksum.</source>
      <translation>{name}이(가) 알려진 체크섬과 다릅니다.</translation>
    </message>
    <message>
      <source>{name} has another model: {served_model}</source>
      <translation>{name}에는 다른 모델이 있습니다: {served_model}</translation>
    </message>
    <message>
      <source>{name} holds no prompts</source>
      <translation>{name}에 프롬프트가 없습니다</translation>
    </message>
    <message>
      <source>{name} holds no question</source>
      <translation>{name}에 질문이 없습니다</translation>
    </message>
    <message>
      <source>{name} is damaged. Download the model again.</source>
      <translation>{name}이(가) 손상되었습니다. 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>{name} is empty</source>
      <translation>{name}이(가) 비어 있습니다</translation>
    </message>
    <message>
      <source>{name} is larger than that of any known model. It is damaged.</source>
      <translation>{name}이(가) 알려진 어떤 모델보다 큽니다. 손상되었습니다.</translation>
    </message>
    <message>
      <source>{name} is longer than stated.</source>
      <translation>{name}이(가) 알려진 것보다 깁니다.</translation>
    </message>
    <message>
      <source>{name} is missing. Download the model again, with all its files.</source>
      <translation>{name}이(가) 없습니다. 모든 파일과 함께 모델을 다시 받으세요.</translation>
    </message>
    <message>
      <source>{name} is no batch of questions</source>
      <translation>{name}은(는) 질문 묶음이 아닙니다</translation>
    </message>
    <message>
      <source>{name} is no longer in memory</source>
      <translation>{name}이(가) 더 이상 메모리에 없습니다</translation>
    </message>
    <message>
      <source>{name} is no table</source>
      <translation>{name}은(는) 표가 아닙니다</translation>
    </message>
    <message>
      <source>{name} is not a chat model</source>
      <translation>{name}은(는) 대화 모델이 아닙니다</translation>
    </message>
    <message>
      <source>{name} is not in {models}</source>
      <translation>{name}이(가) {models}에 없습니다</translation>
    </message>
    <message>
      <source>{name} is not on this machine yet</source>
      <translation>{name}이(가) 아직 이 컴퓨터에 없습니다</translation>
    </message>
    <message>
      <source>{name} is too big for a file of prompts</source>
      <translation>{name}은(는) 프롬프트 파일로 쓰기에 너무 큽니다</translation>
    </message>
    <message>
      <source>{name} must be {asked}</source>
      <translation>{name}은(는) {asked}이어야 합니다</translation>
    </message>
    <message>
      <source>{name} was not opened: the last time, Carrel or its engine ended while opening it</source>
      <translation>{name}을(를) 열지 않았습니다. 지난번에 여는 도중 Carrel이나 엔진이 종료되었습니다</translation>
    </message>
    <message>
      <source>{name} writes with a model, and {chosen}</source>
      <translation>{name}은(는) 모델로 답하는데, {chosen}</translation>
    </message>
    <message>
      <source>{name}, line {line}: {title}</source>
      <translation>{name}, {line}행: {title}</translation>
    </message>
    <message>
      <source>{name}. Details are in the log.</source>
      <translation>{name}. 자세한 내용은 로그에 있습니다.</translation>
    </message>
    <message>
      <source>{name}: [{table}] must be a table</source>
      <translation>{name}: [{table}]은(는) 표여야 합니다</translation>
    </message>
    <message>
      <source>{near}” under “[{place}]</source>
      <translation>{near}” (“[{place}]”</translation>
    </message>
    <message>
      <source>{noun} with cells too far apart: open it in Excel and save it as .xlsx</source>
      <translation>셀이 너무 멀리 떨어진 {noun}: Excel에서 열어 .xlsx로 저장하세요</translation>
    </message>
    <message>
      <source>{noun}, although its name ends in {suffix}</source>
      <translation>{noun}인데 이름은 {suffix}(으)로 끝납니다</translation>
    </message>
    <message>
      <source>{noun}: it needs text recognition</source>
      <translation>{noun}: 글자 인식이 필요합니다</translation>
    </message>
    <message>
      <source>{noun}: reading it needs text recognition, which `make ocr` installs</source>
      <translation>{noun}: 읽으려면 `make ocr`로 설치하는 글자 인식이 필요합니다</translation>
    </message>
    <message>
      <source>{ordering} {give} orders to a model: {says}.</source>
      <translation>{ordering}이(가) 모델에 지시를 내립니다: {says}.</translation>
    </message>
    <message>
      <source>{out} cannot be written</source>
      <translation>{out}에 쓸 수 없습니다</translation>
    </message>
    <message>
      <source>{out} holds answers of another batch</source>
      <translation>{out}에 다른 묶음의 답이 들어 있습니다</translation>
    </message>
    <message>
      <source>{paths} file</source>
      <translation>파일 {paths}개</translation>
    </message>
    <message>
      <source>{paths} files</source>
      <translation>파일 {paths}개</translation>
    </message>
    <message>
      <source>{path} cannot be converted: {error}</source>
      <translation>{path}을(를) 변환할 수 없습니다: {error}</translation>
    </message>
    <message>
      <source>{path} cannot be opened as a model</source>
      <translation>{path}을(를) 모델로 열 수 없습니다</translation>
    </message>
    <message>
      <source>{path} cannot be read</source>
      <translation>{path}을(를) 읽을 수 없습니다</translation>
    </message>
    <message>
      <source>{path} cannot be read: {strerror}</source>
      <translation>{path}을(를) 읽을 수 없습니다: {strerror}</translation>
    </message>
    <message>
      <source>{path} is not indexed.</source>
      <translation>{path}은(는) 색인되지 않았습니다.</translation>
    </message>
    <message>
      <source>{path} is not the official {name}.</source>
      <translation>{path}은(는) 공식 {name}이(가) 아닙니다.</translation>
    </message>
    <message>
      <source>{path} was written by a newer Carrel</source>
      <translation>{path}은(는) 더 새로운 Carrel이 쓴 것입니다</translation>
    </message>
    <message>
      <source>{read_tokens} tokens of {document_tokens}</source>
      <translation>{document_tokens}개 토큰 중 {read_tokens}개</translation>
    </message>
    <message>
      <source>{reason}. {applies}, and Carrel stays offline until you correct the file or switch Offline off.</source>
      <translation>{reason}. {applies}. 파일을 고치거나 오프라인을 끌 때까지 Carrel은 오프라인으로 유지됩니다.</translation>
    </message>
    <message>
      <source>{repository} has no model in GGUF or safetensors</source>
      <translation>{repository}에 GGUF나 safetensors 모델이 없습니다</translation>
    </message>
    <message>
      <source>{repository} has no {wanted}</source>
      <translation>{repository}에 {wanted}이(가) 없습니다</translation>
    </message>
    <message>
      <source>{says} when you asked. This answer may miss something.</source>
      <translation>질문할 때 {says}. 이 답변에 빠진 내용이 있을 수 있습니다.</translation>
    </message>
    <message>
      <source>{sections} of {of_sections} sections, {share} of its text</source>
      <translation>{of_sections}개 부분 중 {sections}개, 본문의 {share}</translation>
    </message>
    <message>
      <source>{strerror}. Choose another file with --out.</source>
      <translation>{strerror}. --out으로 다른 파일을 고르세요.</translation>
    </message>
    <message>
      <source>{synonyms_file} cannot be read ({strerror})</source>
      <translation>{synonyms_file}을(를) 읽을 수 없습니다({strerror})</translation>
    </message>
    <message>
      <source>{synonyms_file} is longer than {max_bytes} KiB</source>
      <translation>{synonyms_file}이(가) {max_bytes} KiB보다 깁니다</translation>
    </message>
    <message>
      <source>{synonyms_file} is not UTF-8 text</source>
      <translation>{synonyms_file}은(는) UTF-8 텍스트가 아닙니다</translation>
    </message>
    <message>
      <source>{value} is damaged or was not downloaded completely. Download it again.</source>
      <translation>{value}이(가) 손상되었거나 다 받지 못했습니다. 다시 받으세요.</translation>
    </message>
    <message>
      <source>{verify_message}. Is it the right server? Its certificate must be one you trust.</source>
      <translation>{verify_message}. 올바른 서버인가요? 믿을 수 있는 인증서여야 합니다.</translation>
    </message>
    <message>
      <source>{waiting} questions are already waiting for it. Try again in a moment.</source>
      <translation>질문 {waiting}개가 이미 기다리고 있습니다. 잠시 후 다시 시도하세요.</translation>
    </message>
    <message>
      <source>{wanted} is the number or name of {matching} personas.</source>
      <translation>{wanted}은(는) 페르소나 {matching}개의 번호 또는 이름입니다.</translation>
    </message>
    <message>
      <source>{weights} has SHA-256 {checksum}, not {sha256}</source>
      <translation>{weights}의 SHA-256이 {sha256}이(가) 아니라 {checksum}입니다</translation>
    </message>
    <message>
      <source>{where} cannot be “{value}”</source>
      <translation>{where}은(는) “{value}”일 수 없습니다</translation>
    </message>
    <message>
      <source>{where} is in the folder of an unknown user</source>
      <translation>{where}은(는) 알 수 없는 사용자의 폴더에 있습니다</translation>
    </message>
    <message>
      <source>{where} must be {expected}</source>
      <translation>{where}은(는) {expected}이어야 합니다</translation>
    </message>
    <message>
      <source>{wrong} of {judged} sentence {verb} not in the sources</source>
      <translation>문장 {judged}개 중 {wrong}개가 출처에 없습니다</translation>
    </message>
    <message>
      <source>{wrong} of {judged} sentences {verb} not in the sources</source>
      <translation>문장 {judged}개 중 {wrong}개가 출처에 없습니다</translation>
    </message>
  </context>
</TS>
